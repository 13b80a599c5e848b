import base64
import io
from urllib.parse import urlsplit

import qrcode

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import single_email_re


class EmbassyChannel(models.Model):
    """A way to reach the chapter that somebody of the chapter checked to be real.

    Fake help channels are how people are caught, so only a channel with the day of its check
    is shown.
    """

    _name = "embassy.channel"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Verified channel"
    _order = "company_id, sequence, id"
    _rec_name = "address"

    kind = fields.Selection(
        [
            ("website", "Website"),
            ("email", "E-mail"),
            ("phone", "Phone"),
            ("signal", "Signal"),
            ("telegram", "Telegram"),
            ("facebook", "Facebook"),
            ("instagram", "Instagram"),
            ("other", "Other"),
        ],
        required=True,
        default="website",
    )
    address = fields.Char(
        required=True, help="A link that begins with https://, an e-mail address or a phone number."
    )
    date_checked = fields.Date(
        "Checked on", help="The day when somebody of the chapter opened it and saw that it is ours."
    )
    sequence = fields.Integer(default=10)
    link = fields.Char(compute="_compute_link")
    qr_image = fields.Binary("QR code", compute="_compute_qr_image")

    @api.depends("kind", "address")
    def _compute_link(self):
        for channel in self:
            address = (channel.address or "").strip()
            if channel.kind == "email":
                channel.link = f"mailto:{address}"
            elif channel.kind == "phone":
                channel.link = "tel:" + "".join(c for c in address if c.isdigit() or c == "+")
            else:
                channel.link = address if _is_web_link(address) else False

    @api.depends("kind", "address")
    def _compute_qr_image(self):
        for channel in self:
            channel.qr_image = channel.address and _qr_png(channel.link or channel.address)

    @api.constrains("kind", "address")
    def _check_address(self):
        for channel in self:
            address = channel.address.strip()
            if channel.kind == "email" and not single_email_re.match(address):
                raise ValidationError(self.env._("This is not an e-mail address."))
            if channel.kind == "phone" and sum(c.isdigit() for c in address) < 3:
                raise ValidationError(self.env._("This is not a phone number."))
            needs_link = channel.kind in ("website", "telegram", "facebook", "instagram")
            if needs_link and not _is_web_link(address):
                raise ValidationError(
                    self.env._("Write the whole link, beginning with https:// and with no spaces.")
                )

    @api.constrains("date_checked")
    def _check_date_checked(self):
        for channel in self:
            if channel.date_checked and channel.date_checked > fields.Date.context_today(channel):
                raise ValidationError(self.env._("The day of the check cannot lie in the future."))

    def action_checked_today(self):
        self.date_checked = fields.Date.context_today(self)


def _qr_png(text):
    """A QR code of the text as PNG (base64 bytes, well under a kilobyte for a link)."""
    code = qrcode.QRCode(box_size=4, border=4)
    code.add_data(text)
    image = io.BytesIO()
    code.make_image().save(image, format="PNG")
    return base64.b64encode(image.getvalue())


def _is_web_link(text):
    parts = urlsplit(text)
    return parts.scheme == "https" and bool(parts.hostname) and not any(c.isspace() for c in text)
