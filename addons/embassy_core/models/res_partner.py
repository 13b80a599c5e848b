from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL, email_normalize_all, format_list
from odoo.tools.sql import column_exists, create_column

from ..tools import names

SEARCHED_NAMES = ("complete_name", "email", "ref", "vat", "company_registry")
SHARING_FIELDS = {"company_id", "keeper_company_id", "directory_kind"}


class _Moving(tuple):
    """Ids of the records that one write shares or takes back, for the writes inside it.

    A type of its own, so that no context that comes from outside can pass for it.
    """


def _names_index_definition(registry):
    """One index for all columns that core's search by name looks into (``_rec_names_search``).

    The search for any spelling is joined to that search by OR, so PostgreSQL reads the whole
    table unless each column has an index.
    """
    if not registry.has_trigram:
        return ""
    columns = [
        registry.unaccent(column) if registry.has_unaccent == FunctionStatus.INDEXABLE else column
        for column in SEARCHED_NAMES
    ]
    operators = ", ".join(f"({column}) gin_trgm_ops" for column in columns)
    return f"USING gin ({operators})"


def _without_tag(address):
    """The mailbox of an address: ``office+visit@example.org`` arrives at ``office@example.org``."""
    local, _at, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


class ResPartner(models.Model):
    """The directory: public bodies, and people in office in them.

    Only what is public about them stands here. What a chapter thinks of them or does with them
    belongs to walled records of that chapter.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "embassy.kept.mixin"]

    directory_kind = fields.Selection(
        [("institution", "Institution"), ("person", "Person in office")],
        "In the directory as",
        index="btree_not_null",
    )
    institution_type_id = fields.Many2one(
        "embassy.institution.type",
        "Type",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    government_level = fields.Selection(
        [
            ("local", "Local"),
            ("regional", "Regional"),
            ("national", "National"),
            ("european", "European"),
            ("international", "International"),
        ],
        "Level",
    )
    other_names = fields.Text(
        "Known other names", help="One a line, in any script. The search finds them all."
    )
    distinct_ids = fields.Many2many(
        "res.partner",
        "embassy_partner_distinct_rel",
        "partner_id",
        "other_id",
        "Not the same as",
        copy=False,
        help="Looked alike to the search for duplicates, and somebody said that they are two.",
    )
    identifier_ids = fields.One2many("embassy.identifier", "partner_id", "Identifiers")
    mandate_ids = fields.One2many("embassy.mandate", "person_id", "Mandates")
    seat_ids = fields.One2many("embassy.mandate", "body_id", "People")
    legislature_ids = fields.One2many("embassy.legislature", "body_id", "Legislatures")
    committee_ids = fields.One2many(
        "res.partner",
        "parent_id",
        "Committees and groups",
        domain=[("directory_kind", "=", "institution")],
    )
    name_search_key = fields.Text(
        compute="_compute_name_search_key",
        store=True,
        copy=False,
        export_string_translation=False,
    )
    name_any_spelling = fields.Char(
        "Name in any spelling",
        compute="_compute_name_any_spelling",
        search="_search_name_any_spelling",
    )
    is_regime_body = fields.Boolean(
        "Part of the regime",
        compute="_compute_is_regime_body",
        store=True,
        recursive=True,
        help="This body, or one above it, is of a type that is only watched.",
    )
    is_regime = fields.Boolean(
        "Only watched",
        compute="_compute_is_regime",
        search="_search_is_regime",
        compute_sudo=True,
        help="A body of the regime, or a person with a mandate in one today.",
    )

    _directory_keeper = models.Constraint(
        """CHECK (directory_kind IS NULL OR (
            keeper_company_id IS NOT NULL
            AND (company_id IS NULL OR company_id = keeper_company_id)
        ))""",
        "A record of the directory needs the chapter that keeps it.",
    )
    _regime_body_index = models.Index("(id) WHERE is_regime_body IS TRUE")
    _email_normalized_index = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    # Finds whole words of a key, and beginnings of words.
    _name_search_index = models.Index(
        "USING gin (array_to_tsvector(string_to_array(btrim(name_search_key), ' ')))"
    )
    _names_index = models.Index(lambda registry: _names_index_definition(registry))
    _directory_order_index = models.Index(
        "(directory_kind, complete_name, id DESC) WHERE directory_kind IS NOT NULL"
    )

    def _auto_init(self):
        """New columns are empty for contacts that stand already: none is in the directory."""
        for column, kind in (("name_search_key", "text"), ("is_regime_body", "boolean")):
            if not column_exists(self.env.cr, self._table, column):
                create_column(self.env.cr, self._table, column, kind)
        return super()._auto_init()

    @api.depends("name", "other_names", "directory_kind")
    def _compute_name_search_key(self):
        for partner in self:
            partner.name_search_key = partner.directory_kind and names.search_key(
                partner.name, *(partner.other_names or "").splitlines()
            )

    @api.depends("name")
    def _compute_name_any_spelling(self):
        for partner in self:
            partner.name_any_spelling = partner.name

    @api.model
    def _search_name_any_spelling(self, operator, value):
        if operator != "ilike":
            return NotImplemented
        # Also what stands in the middle of a word, as it is written.
        return self._domain_any_spelling(value) | Domain("complete_name", "ilike", value)

    @api.model
    def _domain_any_spelling(self, text):
        """Directory records with each word of a text in their name, however it is spelt.

        :param text: str that a person typed; the beginning of a word is enough
        :return: Domain
        """
        wanted = names.search_query(text)
        if not wanted:
            return Domain.FALSE

        def to_sql(model, alias, query):
            # SQL: the ORM knows no words of a text; this is what the index holds. PostgreSQL
            # takes the beginning of a word for frequent, and would read the table in its order
            # until it meets enough of them; a key that has to be itself it takes for rare.
            key = model._field_to_sql(alias, "name_search_key", query)
            return SQL(
                "(array_to_tsvector(string_to_array(btrim(%s), ' ')) @@ %s::tsquery"
                " AND %s = %s)",
                key,
                wanted,
                key,
                key,
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if not isinstance(value, str) or not value or operator not in ("ilike", "not ilike"):
            return domain
        spelt = self._domain_any_spelling(value)
        if operator == "ilike":
            return domain | spelt
        return domain & (Domain("name_search_key", "=", False) | ~spelt)

    @api.depends("institution_type_id.is_regime", "parent_id.is_regime_body")
    def _compute_is_regime_body(self):
        for partner in self:
            # sudo: a parent that this chapter does not see counts too
            partner_sudo = partner.sudo()
            partner.is_regime_body = (
                partner_sudo.institution_type_id.is_regime or partner_sudo.parent_id.is_regime_body
            )

    @api.depends("is_regime_body", "mandate_ids.body_id.is_regime_body")
    def _compute_is_regime(self):
        found = self.search(Domain("id", "in", self.ids) & self._search_is_regime("in", [True]))
        for partner in self:
            partner.is_regime = partner.is_regime_body or partner in found

    @api.model
    def _search_is_regime(self, operator, value):
        """Asked of the mandates of today, never stored: no night job must keep it right."""
        if operator != "in":
            return NotImplemented
        mandates = self.env["embassy.mandate"]
        current = Domain("body_id.is_regime_body", "=", True) & mandates._domain_current()
        # sudo: a seat in the regime counts, whichever chapter wrote it down
        seats_sudo = mandates.sudo()._search(current)
        return Domain("is_regime_body", "=", True) | Domain(
            "id", "in", seats_sudo.subselect("person_id")
        )

    @api.constrains("company_id", "parent_id", "directory_kind")
    def _check_places(self):
        """What a record of the directory hangs on is seen wherever the record is seen."""
        # sudo: references from and into other chapters must be found, not overlooked
        directory_sudo = self.sudo().filtered("directory_kind")
        moving = self._moving()
        for partner in directory_sudo:
            if partner.parent_id.id in moving:
                # Core moves the children first; the body above is checked with them after it.
                continue
            above = partner.parent_id.company_id
            if above and above != partner.company_id:
                raise ValidationError(
                    self.env._(
                        "Not everybody who sees this record sees the body above it."
                        " Share that body first."
                    )
                )
        if any(
            body.parent_id.company_id and body.parent_id.company_id != body.company_id
            for body in directory_sudo.committee_ids
        ):
            raise ValidationError(
                self.env._("Other chapters have bodies under this one, so it stays shared.")
            )
        # sudo: as above
        mandates_sudo = (
            self.env["embassy.mandate"]
            .sudo()
            .search(
                [
                    "|",
                    "|",
                    ("person_id", "in", directory_sudo.ids),
                    ("body_id", "in", directory_sudo.ids),
                    ("faction_id", "in", directory_sudo.ids),
                    "|",
                    ("body_id.company_id", "!=", False),
                    ("faction_id.company_id", "!=", False),
                ]
            )
        )
        for mandate in mandates_sudo:
            chapters = (mandate.body_id | mandate.faction_id).company_id
            if chapters and chapters != mandate.person_id.company_id:
                raise ValidationError(
                    self.env._(
                        "Others who see these people in office would not see their institution."
                        " Share the institution first, and take it back last."
                    )
                )

    @api.constrains("email", "directory_kind", "parent_id", "institution_type_id")
    def _check_one_email(self):
        """One address a record: the guard compares addresses whole."""
        for partner in self:
            if (partner.directory_kind or partner.is_regime_body) and (
                len(email_normalize_all(partner.email)) > 1
            ):
                raise ValidationError(self.env._("Enter one e-mail address only."))

    @api.model_create_multi
    def create(self, vals_list):
        default_kind = self.env.context.get("default_directory_kind")
        new_vals_list = []
        for vals in vals_list:
            if vals.get("directory_kind", default_kind):
                vals = dict(vals)
                kind = vals.setdefault("directory_kind", default_kind)
                vals["is_company"] = kind == "institution"
                above = self.browse(vals.get("parent_id"))
                vals.setdefault("company_id", self._default_directory_chapter(above).id)
                vals["keeper_company_id"] = (
                    vals["company_id"] or vals.get("keeper_company_id") or self.env.company.id
                )
            new_vals_list.append(vals)
        return super().create(new_vals_list)

    def write(self, vals):
        if not SHARING_FIELDS & vals.keys():
            return super().write(vals)
        vals = dict(vals)
        if self._moving() and "directory_kind" not in vals:
            # Core hands a body's chapter down to all its contacts: private ones stay private.
            self = self.filtered("directory_kind")
        if vals.get("directory_kind"):
            vals["is_company"] = vals["directory_kind"] == "institution"
        if vals.get("company_id"):
            vals["keeper_company_id"] = vals["company_id"]
        for partner in self.filtered(lambda partner: not partner.keeper_company_id):
            if vals.get("directory_kind") and not vals.get("keeper_company_id"):
                chapter = partner.company_id or self.env.company
                partner.write({"company_id": chapter.id, "keeper_company_id": chapter.id})
        moving = _Moving((*self._moving(), *self._ids))
        result = super(ResPartner, self.with_context(embassy_sharing=moving)).write(vals)
        if not self.env.su:
            # The ORM asks before it writes: ask again, so that nobody gives a record away.
            self.check_access("write")
        return result

    def _moving(self):
        moving = self.env.context.get("embassy_sharing")
        return moving if isinstance(moving, _Moving) else ()

    def _default_directory_chapter(self, above=None):
        """The chapter of a new record.

        None for the federation, which keeps shared records only, and for a committee of a body
        that the chapter itself has shared: those go together.
        """
        shared = self.env["res.company"]
        user = self.env.user
        if user.has_group("embassy_core.group_federation") and not user.has_group(
            "embassy_core.group_outreach_officer"
        ):
            return shared
        if above and not above.company_id and above.keeper_company_id == self.env.company:
            return shared
        return self.env.company

    def _is_kept(self, keepers, officer):
        """Roles of the embassy get at the directory through here, not at other contacts."""
        if self.directory_kind:
            return super()._is_kept(keepers, officer)
        user = self.env.user
        return user.has_group("base.group_partner_manager") or not user.has_groups(
            "embassy_core.group_outreach_officer,embassy_core.group_federation"
        )

    def action_share_with_chapters(self):
        """Make the records, with the committees under them, readable to all chapters."""
        self.check_access("write")
        self.filtered("directory_kind").write({"company_id": False})

    def action_keep_to_chapter(self):
        """Take shared records back to the chapter that keeps them."""
        self.check_access("write")
        directory = self.filtered("directory_kind")
        for keeper, partners in directory.grouped("keeper_company_id").items():
            partners.write({"company_id": keeper.id})

    @api.model
    def _regime_among(self, partners=None, emails=()):
        """Those of the given people, bodies and addresses that belong to the regime.

        Who belongs to the regime is asked over all chapters and among archived records too. A
        contact with the address of a regime body counts as that body.

        :param partners: ``res.partner`` records, or None
        :param emails: texts with one address or several, as in a mail header
        :return: the partners, and the normalised addresses
        :rtype: tuple[res.partner, set[str]]
        """
        partners = partners or self.browse()
        addresses = {address for text in emails for address in email_normalize_all(text or "")}
        if not partners and not addresses:
            return partners, addresses
        # sudo: whether a mail may go out does not depend on what its sender may see
        all_sudo = self.sudo().with_context(active_test=False)
        given_sudo = all_sudo.search_fetch([("id", "in", partners.ids)], ["email_normalized"])
        address_of = {partner.id: partner.email_normalized for partner in given_sudo}
        written = addresses.union(filter(None, address_of.values()))
        wanted = written.union(map(_without_tag, written))
        regime_sudo = all_sudo.search_fetch(
            Domain("is_regime", "=", True)
            & (Domain("id", "in", partners.ids) | Domain("email_normalized", "in", list(wanted))),
            ["email_normalized"],
        )
        known = set(regime_sudo.mapped("email_normalized"))
        regime_addresses = {text for text in written if {text, _without_tag(text)} & known}
        regime_ids = set(regime_sudo.ids)
        found = partners.filtered(
            lambda partner: (
                partner.id in regime_ids or address_of.get(partner.id) in regime_addresses
            )
        )
        return found, addresses & regime_addresses

    @api.model
    def _regime_guard(self, partners=None, emails=()):
        """Refuse to reach out to the regime. Every path that mails, invites or lists asks here.

        Call it once a batch, before anything leaves, with all partners (records, in any
        environment) and all addresses (plain texts) that a message, an invitation, a
        registration or a list is about to get. It costs two queries, whatever the number.

        :raise UserError: naming those who must be taken off; nothing may be sent then
        """
        found, addresses = self._regime_among(partners, emails)
        if not found and not addresses:
            return
        visible = found.with_env(self.env)._filtered_access("read")
        labels = visible.mapped("display_name") + sorted(addresses)
        raise UserError(
            self.env._(
                "Nothing was sent or saved: %(names)s belongs to the regime, which is watched and"
                " never written to. Take it off and try again.",
                names=format_list(self.env, labels) or self.env._("one of the recipients"),
            )
        )
