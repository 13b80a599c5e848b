import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Long work in steps, each in a transaction of its own, with the progress on the screen.
 * The model answers `action_step` with {done, total} and `action_show` with what to open then.
 */
async function runSteps(env, { params }) {
    const { orm, ui } = env.services;
    const block = (data) => {
        ui.unblock();
        ui.block({ message: _t("%(done)s of %(total)s people", data) });
    };
    let step = { done: 0, total: 1 };
    ui.block();
    try {
        while (step.done < step.total) {
            step = await orm.call(params.model, "action_step", [[params.id]]);
            block(step);
        }
    } finally {
        ui.unblock();
    }
    return orm.call(params.model, "action_show", [[params.id]]);
}

registry.category("actions").add("embassy_core.run_steps", runSteps);
