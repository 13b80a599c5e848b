import logging

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# They keep or send the content of records, as their purpose.
REFUSED = frozenset(
    {"auditlog", "tracking_manager", "sentry", "impersonate_login", "session_db"}
)
# They ask servers of others; what they ask goes nowhere here.
NEUTRALISED = frozenset(
    {
        "auth_oauth",
        "base_geolocalize",
        "google_account",
        "google_calendar",
        "google_gmail",
        "google_recaptcha",
        "iap",
        "iap_mail",
        "microsoft_account",
        "microsoft_calendar",
        "microsoft_outlook",
        "partner_autocomplete",
        "sms",
        "snailmail",
        "web_unsplash",
    }
)


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def write(self, vals):
        if vals.get("state") in ("to install", "to upgrade", "installed"):
            self._refuse_leaking()
        return super().write(vals)

    def _refuse_leaking(self):
        # sudo: names of modules
        refused_sudo = self.sudo().filtered(lambda module: module.name in REFUSED)
        if refused_sudo:
            raise UserError(
                self.env._(
                    "%(modules)s cannot be installed beside the People's Embassy: it keeps or sends"
                    " what people wrote, outside the walls between chapters.",
                    modules=", ".join(refused_sudo.mapped("name")),
                )
            )

    @api.model
    def _installed_among(self, names):
        """Those of the names that are installed, in order (list of str)."""
        # sudo: names of modules
        modules_sudo = self.sudo().search(
            [("name", "in", list(names)), ("state", "in", ("installed", "to upgrade"))],
            order="name",
        )
        return modules_sudo.mapped("name")

    def _register_hook(self):
        """Installed from a command line, before our code was there to refuse it."""
        super()._register_hook()
        if refused := self._installed_among(REFUSED):
            _logger.error(
                "%s keep or send what people wrote, outside the walls between chapters:"
                " uninstall them.",
                ", ".join(refused),
            )
