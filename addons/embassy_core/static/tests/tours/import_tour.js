import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("embassy_core_import", {
    steps: () => [
        {
            content: "Look first",
            trigger: "button[name=action_preview]",
            run: "click",
        },
        {
            content: "The preview has counted three people",
            trigger: "div[name=summary] table:contains(Person in office):contains(3)",
        },
        {
            content: "Write",
            trigger: "button[name=action_import]",
            run: "click",
        },
        {
            content: "The report is there",
            trigger: "p:contains(Done. This has happened)",
        },
    ],
});
