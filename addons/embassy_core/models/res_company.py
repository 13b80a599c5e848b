import base64
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import file_open

from .embassy_chapter_key import FEWEST_HOLDERS

CODE_PATTERN = re.compile(r"[A-Z]{2}[A-Z0-9]{0,4}")

LEVELS = [
    ("info", "Information point"),
    ("initiative", "Initiative group"),
    ("consulate", "People's consulate"),
    ("embassy", "People's embassy"),
    ("office", "Representative office"),
    ("federation", "Coordination of people's embassies"),
]

# What each level adds to the one before it. The coordination of equals takes the directory and
# the letters, and no chapter's daily work.
LEVEL_CAPABILITIES = {
    "info": {"guides"},
    "initiative": {"directory", "letters", "events"},
    "consulate": {"cases", "volunteers"},
    "embassy": {"visits", "campaigns", "funds"},
    "office": {"premises"},
}
FEDERATION_CAPABILITIES = {"guides", "directory", "letters", "events", "registry"}

SETUP_STEPS = [
    ("identity", "Name and languages"),
    ("services", "What we do"),
    ("channels", "Channels"),
    ("preview", "Preview"),
    ("done", "Open"),
]

# What a coordinator may change on the own chapter. All else on a company (currency, layout,
# parent, sequence …) stays with the account that runs the system.
COORDINATOR_FIELDS = {
    "name",
    "country_id",
    "chapter_code",
    "chapter_level",
    "chapter_status",
    "chapter_language_ids",
    "chapter_service_ids",
    "chapter_limit_ids",
    "chapter_channel_ids",
    "chapter_emergency_number_ids",
    "chapter_reception_hour_ids",
    "helper_code",
    "premises",
    "is_page_open",
    "setup_step",
}

# These two lie on the partner behind the company, which no chapter may write.
PARTNER_FIELDS = {"name", "country_id"}


def capabilities_of(level):
    """Names of what a chapter of this level does (set of str)."""
    if level == "federation":
        return FEDERATION_CAPABILITIES
    found = set()
    for name, added in LEVEL_CAPABILITIES.items():
        found |= added
        if name == level:
            break
    return found


class ResCompany(models.Model):
    """A company is a chapter: one People's Embassy, from information point to office.

    A company without a code is not (yet) a chapter; its page cannot be opened.
    """

    _inherit = "res.company"

    # The default calls the method by its name, so that the one below is asked.
    logo = fields.Binary(default=lambda self: self._get_logo())
    chapter_code = fields.Char(
        "Code",
        size=6,
        copy=False,
        help="Two to six capital letters or digits, like SI. It begins case codes and letter "
        "numbers and ends the address of the public page.",
    )
    chapter_level = fields.Selection(
        LEVELS,
        "Level",
        required=True,
        default="info",
        help="What the chapter takes on. A higher level adds menus, nothing is lost on the way.",
    )
    chapter_status = fields.Selection(
        [
            ("inquiry", "Inquiry"),
            ("forming", "Forming"),
            ("active", "Active"),
            ("dormant", "Dormant"),
            ("suspended", "Suspended"),
            ("reopened", "Reopened"),
            ("closed", "Closed"),
        ],
        "Status",
        required=True,
        default="inquiry",
    )
    chapter_language_ids = fields.Many2many(
        "res.lang",
        "res_company_chapter_language_rel",
        "company_id",
        "lang_id",
        "Languages",
        context={"active_test": False},
        help="Languages in which people of the chapter can answer.",
    )
    chapter_service_ids = fields.Many2many(
        "embassy.service",
        "res_company_chapter_service_rel",
        "company_id",
        "service_id",
        "What we can do",
        domain="[('kind', '=', 'offer')]",
    )
    chapter_limit_ids = fields.Many2many(
        "embassy.service",
        "res_company_chapter_limit_rel",
        "company_id",
        "service_id",
        "What we cannot do",
        domain="[('kind', '=', 'limit')]",
    )
    chapter_channel_ids = fields.One2many("embassy.channel", "company_id", "Channels")
    chapter_emergency_number_ids = fields.One2many(
        "embassy.emergency.number", "company_id", "Emergency numbers"
    )
    helper_chapter_id = fields.Many2one(
        "res.company",
        "Helper chapter",
        index="btree_not_null",
        help="The chapter that helps people while this one takes no requests itself.",
    )
    helper_code = fields.Char(
        "Helper's code",
        compute="_compute_helper_code",
        inverse="_inverse_helper_code",
        help="Code of the chapter that helps people while this one takes no requests itself. "
        "Ask that chapter first.",
    )
    helper_name = fields.Char("Helper", compute="_compute_helper_code")
    premises = fields.Char(help="Address where people are received. Shown on the public page.")
    chapter_reception_hour_ids = fields.One2many(
        "embassy.reception.hour", "company_id", "Reception hours"
    )
    has_premises = fields.Boolean(compute="_compute_has_premises")

    is_page_open = fields.Boolean(
        "Public page is open", copy=False, help="Everybody can read the public page of the chapter."
    )
    page_path = fields.Char("Public page", compute="_compute_page_path")
    setup_step = fields.Selection(
        SETUP_STEPS, "Step", required=True, default="identity", copy=False
    )
    setup_missing = fields.Text("Still missing", compute="_compute_setup_missing")

    _chapter_code_unique = models.UniqueIndex(
        "(chapter_code) WHERE chapter_code IS NOT NULL",
        "Another chapter has this code already. Choose another one.",
    )

    def _get_logo(self):
        """A chapter without a picture of its own shows ours, not a placeholder."""
        with file_open("embassy_core/static/description/icon.png", "rb") as picture:
            return base64.b64encode(picture.read())

    @api.depends("chapter_code")
    def _compute_page_path(self):
        for company in self:
            code = company.chapter_code
            company.page_path = f"/embassy/{code.lower()}" if code else False

    @api.depends("helper_chapter_id")
    def _compute_helper_code(self):
        for company in self:
            # sudo: code and name of a chapter are public; its row is not readable from here
            helper_sudo = company.sudo().helper_chapter_id
            company.helper_code = helper_sudo.chapter_code
            company.helper_name = helper_sudo.name

    def _inverse_helper_code(self):
        """Find the helper by its public code: no list of chapters is shown to choose from."""
        for company in self:
            code = (company.helper_code or "").strip().upper()
            # sudo: looks a chapter up by its public code, and writes the one field
            company_sudo = company.sudo()
            helper_sudo = company_sudo.browse()
            if code:
                helper_sudo = helper_sudo.search([("chapter_code", "=", code)], limit=1)
            if code and not helper_sudo:
                raise ValidationError(self.env._("No chapter has the code %(code)s.", code=code))
            company_sudo.helper_chapter_id = helper_sudo

    @api.depends("chapter_level")
    def _compute_has_premises(self):
        for company in self:
            company.has_premises = company._has_capability("premises")

    @api.depends(
        "chapter_code",
        "country_id",
        "chapter_language_ids",
        "chapter_service_ids",
        "chapter_limit_ids",
        "chapter_channel_ids.date_checked",
        "chapter_emergency_number_ids",
    )
    def _compute_setup_missing(self):
        for company in self:
            company.setup_missing = "\n".join(company._setup_missing()) or False

    def _setup_missing(self):
        """What the public page still lacks: a list of sentences, empty when it can open."""
        self.ensure_one()
        checks = [
            (self.chapter_code, self.env._("Choose the code of the chapter.")),
            (self.country_id, self.env._("Choose the country.")),
            (self.chapter_language_ids, self.env._("Choose at least one language.")),
            (self.chapter_service_ids, self.env._("Tick what the chapter can do.")),
            (self.chapter_limit_ids, self.env._("Tick what the chapter cannot do.")),
            (
                self.chapter_channel_ids.filtered("date_checked"),
                self.env._("Add a channel and the day when you checked it."),
            ),
            (
                self.chapter_emergency_number_ids,
                self.env._("Add the emergency number of the country."),
            ),
        ]
        return [sentence for value, sentence in checks if not value]

    @api.constrains("chapter_code")
    def _check_chapter_code(self):
        for company in self.filtered("chapter_code"):
            if not CODE_PATTERN.fullmatch(company.chapter_code):
                raise ValidationError(
                    self.env._(
                        "The code of a chapter has two to six capital letters or digits and begins "
                        "with two letters, like SI."
                    )
                )

    @api.constrains("chapter_service_ids", "chapter_limit_ids")
    def _check_services(self):
        for company in self:
            services = company.chapter_service_ids | company.chapter_limit_ids
            if services.company_id - company:
                raise ValidationError(
                    self.env._("Choose services of your chapter or of the shared list.")
                )

    @api.constrains("helper_chapter_id")
    def _check_helper_chapter_id(self):
        for company in self:
            if company.helper_chapter_id == company:
                raise ValidationError(self.env._("A chapter cannot be its own helper chapter."))

    @api.constrains("is_page_open", "chapter_code", "country_id", "chapter_channel_ids")
    def _check_is_page_open(self):
        for company in self.filtered("is_page_open"):
            missing = company._setup_missing()
            if missing:
                raise ValidationError(
                    self.env._(
                        "The public page cannot be open yet:\n%(missing)s",
                        missing="\n".join(missing),
                    )
                )

    def write(self, vals):
        """Let a coordinator change the fields of a chapter, and no others of the company."""
        if self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return super().write(vals)
        self.check_access("write")
        self._check_coordinator_values(vals)
        on_partner = {name: vals[name] for name in PARTNER_FIELDS.intersection(vals)}
        result = super().write({name: vals[name] for name in vals if name not in on_partner})
        if on_partner:
            # sudo: checked above; only these two fields, which hold no relation to other rows
            companies_sudo = self.sudo()
            super(ResCompany, companies_sudo).write(on_partner)
        return result

    def _coordinator_fields(self):
        """Names of what a coordinator may change here (set of str). Extended by other addons."""
        return COORDINATOR_FIELDS

    def _check_coordinator_values(self, vals):
        if not self._coordinator_fields().issuperset(vals):
            raise AccessError(
                self.env._("Only the account that runs the system can change this on a chapter.")
            )
        if vals.get("chapter_level") == "federation":
            raise AccessError(
                self.env._("Only the account that runs the system can make a coordination.")
            )

    def cache_invalidation_fields(self):
        # Menus are cached for each person and depend on the level of the person's chapters.
        return super().cache_invalidation_fields() | {"chapter_level"}

    def _has_capability(self, name):
        """Whether one of the chapters does what ``name`` says, by its level (bool)."""
        return any(name in capabilities_of(company.chapter_level) for company in self)

    def _coordinators(self):
        """The coordinators of these chapters (res.users, sudo)."""
        # sudo: who they are, whoever asks; nothing of them is shown
        group_sudo = self.env.ref("embassy_core.group_coordinator").sudo()
        return group_sudo.all_user_ids.filtered(
            lambda user: user.active and user.company_ids & self
        )

    def _coordinator_keys(self):
        """The ready keys of the chapter's coordinators (embassy.person.key, sudo)."""
        self.ensure_one()
        # sudo: who could open a request, whoever asks
        keys_sudo = self.env["embassy.person.key"].sudo().search([("state", "=", "ready")])
        return keys_sudo.filtered(lambda key: key.user_id._coordinates(self))

    def _intake_key(self):
        """The key to which requests to this chapter are sealed (one record or none, sudo).

        A chapter that has no key which two coordinators can open takes no requests itself, and
        hands them to its helper chapter.
        """
        self.ensure_one()
        # sudo: everybody may seal something to a chapter
        key_sudo = self.env["embassy.chapter.key"].sudo()
        for company_sudo in (self.sudo(), self.sudo().helper_chapter_id):
            found_sudo = key_sudo.search(
                [("company_id", "=", company_sudo.id), ("state", "=", "open")]
            )
            if len(found_sudo.grant_ids) >= FEWEST_HOLDERS:
                return found_sudo
        return key_sudo

    def action_setup_next(self):
        return self._move_setup(1)

    def action_setup_back(self):
        return self._move_setup(-1)

    def _move_setup(self, by):
        self.ensure_one()
        steps = [step for step, _label in SETUP_STEPS]
        place = steps.index(self.setup_step) + by
        self.setup_step = steps[max(0, min(place, len(steps) - 1))]

    def action_open_page(self):
        """Open the public page to everybody; refused with the list of what is missing."""
        self.ensure_one()
        self.write({"is_page_open": True, "setup_step": "done"})

    def action_close_page(self):
        self.ensure_one()
        self.is_page_open = False

    def action_view_page(self):
        """Show the public page as people will see it, also before it is open."""
        self.ensure_one()
        if not self.page_path:
            raise ValidationError(self.env._("Choose the code of the chapter first."))
        return {"type": "ir.actions.act_url", "url": f"{self.page_path}/preview", "target": "new"}

    @api.model
    def action_my_chapter(self):
        return self._chapter_action("embassy_core.res_company_action_chapter")

    @api.model
    def action_setup_chapter(self):
        return self._chapter_action("embassy_core.res_company_action_setup")

    def _chapter_action(self, xmlid):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(xmlid),
            "res_id": self.env.company.id,
        }
