from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ..tools.tokens import short_token

KEY_FIELDS = ("company_id", "directory_kind", "is_shared")


class ResPartner(models.Model):
    """A contact is its chapter's; shared are records of the directory, and what is marked so.

    A contact without a chapter that is neither is seen by nobody, so none is made: it gets the
    chapter of what it hangs on, else of who makes it.
    """

    _inherit = "res.partner"

    is_shared = fields.Boolean(
        "Shared with all chapters",
        index="btree_not_null",
        copy=False,
        groups="base.group_system",
        help="For contacts of the system itself, such as the sender of automatic messages.",
    )
    chapter_key = fields.Integer(
        compute="_compute_chapter_key",
        search="_search_chapter_key",
        groups="base.group_system",
        export_string_translation=False,
    )

    # The second lets a search by name pass over the contacts of others without opening them.
    _chapter_key_index = models.Index("(chapter_key) WHERE active IS TRUE")
    _chapter_order_index = models.Index(
        "(complete_name, id DESC, chapter_key) WHERE active IS TRUE"
    )

    def _auto_init(self):
        """Who sees a contact as one number, which PostgreSQL keeps right by itself.

        The rule stands in every search of contacts. Asked of one column it is answered from an
        index; asked of several, joined by OR, PostgreSQL has to open each contact.
        """
        cr = self.env.cr
        for column, kind in (("directory_kind", "varchar"), ("is_shared", "boolean")):
            if not column_exists(cr, self._table, column):
                create_column(cr, self._table, column, kind)
        if not column_exists(cr, self._table, "chapter_key"):
            cr.execute(
                SQL(
                    """ALTER TABLE res_partner ADD COLUMN chapter_key integer
                    GENERATED ALWAYS AS (COALESCE(company_id,
                        CASE WHEN directory_kind IS NOT NULL OR is_shared THEN 0 ELSE -id END
                    )) STORED"""
                )
            )
        return super()._auto_init()

    @api.depends(*KEY_FIELDS)
    def _compute_chapter_key(self):
        """The chapter; 0 where all see the contact; else a number that stands for it alone."""
        for partner in self:
            shared = partner.directory_kind or partner.is_shared
            # A contact that is not saved has no number yet; nobody sees through this one.
            alone = -(partner._origin.id or 2**31 - 1)
            partner.chapter_key = partner.company_id.id or (0 if shared else alone)

    @api.model
    def _search_chapter_key(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s",
                SQL.identifier(alias, "chapter_key"),
                tuple(value) or (None,),
                to_flush=[model._fields[name] for name in KEY_FIELDS],
            ),
            predicate=lambda partner: partner.chapter_key in value,
        )

    def _compute_same_vat_partner_id(self):
        """Core looks as the system for contacts with the same number, and names what it finds."""
        super()._compute_same_vat_partner_id()
        for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
            found = self.mapped(name)
            hidden = self._hidden_among({"res.partner": set(found.ids)}).get("res.partner", ())
            for partner in self:
                if partner[name].id in hidden:
                    partner[name] = False

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_chapter(vals) for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _with_chapter(self, vals):
        kind = vals.get("directory_kind", self.env.context.get("default_directory_kind"))
        if kind or vals.get("is_shared") or vals.get("company_id"):
            return vals
        # sudo: the chapter alone, of a contact that create checks as a reference
        above_sudo = self.sudo().browse(vals.get("parent_id") or []).exists()
        if above_sudo.directory_kind and not above_sudo.company_id:
            chapter = self.env.company
        else:
            chapter = above_sudo.company_id or self.env.company
        return {**vals, "company_id": chapter.id}

    def _leave_chapter(self):
        """Belong to none until the accounts behind the contact say where it belongs.

        Core refuses to change the chapter of a contact from under its accounts.
        """
        # sudo: who manages people need not manage contacts
        partners_sudo = self.sudo().exists().filtered("company_id")
        if partners_sudo:
            partners_sudo.company_id = False

    def signup_get_auth_param(self):
        """Core tells any employee the login of anybody, and a token where sign-up is open."""
        self.check_access("read")
        params = defaultdict(dict)
        for id_, values in super().signup_get_auth_param().items():
            params[id_] = {
                name: value for name, value in values.items() if name != "auth_signup_token"
            }
        return params

    def _get_needaction_count(self):
        """What waits at the bell is what the inbox shows; core counts what one saw once, too."""
        if self.env.su or self != self.env.user.partner_id:
            return super()._get_needaction_count()
        return self.env["mail.message"].search_count([("needaction", "=", True)])

    def _get_im_status_access_token(self):
        return short_token(self, "im_status", "mail.presence")

    def _get_mention_token(self):
        return short_token(self, "id", "mail.message_mention")
