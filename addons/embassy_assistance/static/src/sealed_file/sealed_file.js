import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * What a person told us, opened piece by piece. What was opened is kept in this component alone
 * and goes when the form goes.
 */
export class SealedFile extends Component {
    static template = "embassy_assistance.SealedFile";
    static props = { ...standardWidgetProps };

    setup() {
        this.http = useService("http");
        this.state = useState({
            file: null,
            opened: {},
            passphrase: "",
            text: "",
            kind: "note",
            error: "",
            isBusy: false,
        });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps((next) => {
            if (next.record.resId !== this.props.record.resId) {
                return this.load(next.record.resId);
            }
        });
    }

    async load(caseId) {
        Object.assign(this.state, { opened: {}, text: "", error: "", file: null });
        if (caseId) {
            this.state.file = await rpc("/sealed/case", { case_id: caseId });
        }
    }

    /** Ask the server; a refusal stands in the tab, with the typed text still there. */
    async ask(route, values) {
        this.state.error = "";
        this.state.isBusy = true;
        try {
            return await rpc(
                route,
                { case_id: this.props.record.resId, ...values },
                { silent: true },
            );
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        } finally {
            this.state.isBusy = false;
        }
    }

    async unlock() {
        const file = await this.ask("/sealed/case/unlock", {
            passphrase: this.state.passphrase,
        });
        this.state.passphrase = "";
        this.state.file = file || this.state.file;
    }

    async lock() {
        this.state.file = (await this.ask("/sealed/case/lock")) || this.state.file;
        this.state.opened = {};
    }

    async open(item) {
        const opened = await this.ask("/sealed/case/open", { item_id: item.id });
        if (opened) {
            this.state.opened[item.id] = opened;
        }
    }

    close(item) {
        delete this.state.opened[item.id];
    }

    async save(item) {
        try {
            await download({
                url: "/sealed/case/file",
                data: { case_id: this.props.record.resId, item_id: item.id },
            });
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    async write() {
        const file = await this.ask("/sealed/case/write", {
            kind: this.state.kind,
            text: this.state.text,
        });
        if (file) {
            this.state.file = file;
            this.state.text = "";
        }
    }

    async attach(event) {
        const input = event.target;
        this.state.error = "";
        this.state.isBusy = true;
        try {
            const file = await this.http.post(
                "/sealed/case/attach",
                {
                    csrf_token: odoo.csrf_token,
                    case_id: this.props.record.resId,
                    files: [...input.files],
                },
                "json",
            );
            this.state.error = file.error || "";
            this.state.file = file.error ? this.state.file : file;
        } catch {
            this.state.error = _t("The files were not kept. Try again in a minute.");
        } finally {
            input.value = "";
            this.state.isBusy = false;
        }
    }

    async grant(personId) {
        this.state.file =
            (await this.ask("/sealed/case/grant", { person_id: personId })) || this.state.file;
    }

    size(item) {
        const kib = item.size / 1024;
        return kib < 1024 ? `≤ ${kib} KB` : `≤ ${kib / 1024} MB`;
    }
}

/** Who opened what of a case. */
export class CaseOpenings extends Component {
    static template = "embassy_assistance.CaseOpenings";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ openings: [] });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps((next) => {
            if (next.record.resId !== this.props.record.resId) {
                return this.load(next.record.resId);
            }
        });
    }

    async load(caseId) {
        this.state.openings = caseId ? await rpc("/sealed/case/openings", { case_id: caseId }) : [];
    }

    when(row) {
        return formatDateTime(deserializeDateTime(row.minute), { showSeconds: false });
    }
}

registry.category("view_widgets").add("embassy_sealed_file", { component: SealedFile });
registry.category("view_widgets").add("embassy_case_openings", { component: CaseOpenings });
