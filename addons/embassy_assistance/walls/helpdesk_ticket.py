from odoo import api, models
from odoo.exceptions import UserError

NO_DESCRIPTION = "<p>.</p>"

# Where the helpdesk keeps persons and free text.
PERSONAL_FIELDS = (
    "partner_id",
    "commercial_partner_id",
    "partner_name",
    "partner_email",
    "email_cc",
    "name",
    "description",
    "properties",
    "duplicate_id",
    "attachment_ids",
    "access_token",
)
# Where a default could put one: the others are computed, or are rows of their own.
SET_EMPTY = set(PERSONAL_FIELDS) - {"attachment_ids", "commercial_partner_id"}
# What a case gets once or by its own rules.
FIXED_FIELDS = (
    "number",
    "is_case",
    "is_open",
    "is_guarded",
    "closed_date",
    "company_id",
    "priority",
)


class HelpdeskTicket(models.Model):
    """No case holds a person or free text, and nobody talks beside it.

    Values are refused before any SQL: a value that only the database refuses would stand in its
    log. The database refuses them all the same.
    """

    _inherit = "helpdesk.ticket"

    _case_has_no_person = models.Constraint(
        f"""CHECK (is_case IS NOT TRUE OR (
            partner_id IS NULL AND commercial_partner_id IS NULL
            AND COALESCE(partner_name, '') = '' AND COALESCE(partner_email, '') = ''
            AND COALESCE(email_cc, '') = '' AND duplicate_id IS NULL AND access_token IS NULL
            AND COALESCE(properties, '{{}}'::jsonb) = '{{}}'::jsonb
            AND name = number AND description = '{NO_DESCRIPTION}'))""",
        "A case keeps no persons and no free text.",
    )

    @api.model
    def _refuse_words(self, names):
        labels = ", ".join(
            sorted(self._fields[name]._description_string(self.env) for name in names)
        )
        raise UserError(
            self.env._(
                "A case keeps no persons and no free text. These cannot be set: %(fields)s",
                fields=labels,
            )
        )

    def _new_case_values(self, vals, desk_sudo):
        refused = [name for name in PERSONAL_FIELDS if vals.get(name)]
        if vals.get("number", "/") not in ("/", False):
            refused.append("number")
        if refused:
            self._refuse_words(refused)
        values = super()._new_case_values(vals, desk_sudo)
        number = self._prepare_ticket_number(values)
        # All are set, so that no default of a user or of a link fills one.
        return {
            **values,
            **dict.fromkeys(SET_EMPTY, False),
            "number": number,
            "name": number,
            "description": NO_DESCRIPTION,
        }

    def _request_rows(self, facts, company_sudo, desk_sudo):
        """A request is written without `create`: here it gets what the check asks for."""
        rows = super()._request_rows(facts, company_sudo, desk_sudo)
        rows["helpdesk.ticket"][0]["description"] = NO_DESCRIPTION
        return rows

    def _change_case_values(self, vals):
        refused = [name for name in (*PERSONAL_FIELDS, *FIXED_FIELDS) if name in vals]
        if refused:
            self._refuse_words(refused)
        if "team_id" in vals:
            self._check_desk(vals["team_id"])
        return super()._change_case_values(vals)

    def _check_desk(self, team_id):
        team = self.env["helpdesk.ticket.team"].browse(team_id or [])
        if not team.is_assistance or any(case.company_id != team.company_id for case in self):
            raise UserError(self.env._("A case stays with the desks of its own chapter."))

    def copy(self, default=None):
        self._refuse_cases(self.env._("A case cannot be copied."))
        return super().copy(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_case(self):
        """Erasing goes by its own path, ``embassy.purge``, for who shows the receipt."""
        self._refuse_cases(
            self.env._("A case cannot be deleted. Close it: it is erased some time later.")
        )

    def _portal_ensure_token(self):
        self._refuse_cases(self.env._("A case is never shown by a link."))
        return super()._portal_ensure_token()

    def _get_access_action(self, access_uid=None, force_website=False):
        """Who is not logged in is asked to, as for a ticket that is not there: no link is made."""
        if self._cases() and not access_uid and self.env.user.share:
            return {"type": "ir.actions.act_url", "url": "/my", "target": "self"}
        return super()._get_access_action(access_uid, force_website)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        return super(HelpdeskTicket, self - self._cases()).message_subscribe(
            partner_ids, subtype_ids
        )

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        return super(HelpdeskTicket, self - self._cases())._message_auto_subscribe(
            updated_values, followers_existing_policy
        )

    def _track_prepare(self, fields_iter):
        """Nothing is tracked on a case, not even by what is computed from its changes."""
        return super(HelpdeskTicket, self - self._cases())._track_prepare(fields_iter)

    def _refuse_cases(self, sentence):
        if self._cases():
            raise UserError(sentence)

    @api.model
    def _refuse_created(self, vals_list, model_field="res_model"):
        """Refuse new rows that hang on a case by their values, or by defaults of the context."""
        context = self.env.context
        res_id = context.get("default_res_id")
        model = context.get(f"default_{model_field}")
        model_id = context.get("default_res_model_id")
        self._refuse_attached(
            (
                vals.get(model_field)
                or self._model_of_id(vals.get("res_model_id"))
                or model
                or self._model_of_id(model_id),
                vals.get("res_id", res_id),
            )
            for vals in vals_list
        )

    @api.model
    def _refuse_moved(self, records, vals, model_field="res_model"):
        """Refuse to hang rows that stand already on a case."""
        if not {model_field, "res_model_id", "res_id"} & vals.keys():
            return
        model = vals.get(model_field) or self._model_of_id(vals.get("res_model_id"))
        # sudo: only what the rows hang on now
        self._refuse_attached(
            (model or row_sudo[model_field], vals.get("res_id", row_sudo.res_id))
            for row_sudo in records.sudo()
        )

    @api.model
    def _model_of_id(self, model_id):
        # sudo: the name of a model
        model_sudo = self.env["ir.model"].sudo().browse(model_id or [])
        return model_sudo.model

    @api.model
    def _refuse_attached(self, references):
        """Refuse a message, file, follower or activity that is put on a case.

        :param references: pairs of model name (str) and id (int)
        """
        ids = {res_id for model, res_id in references if model == self._name and res_id}
        if ids and self.browse(ids)._cases():
            raise UserError(
                self.env._(
                    "A case takes no messages, files, followers or activities: they would be kept "
                    "in clear."
                )
            )
