from odoo import models

# The web client builds its templates as code and keeps its data in the page; nothing in it needs
# another server. Web sockets to the own server are covered by 'self'.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "frame-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)

# What core says of its login page.
CORE_POLICY = "frame-ancestors 'self'"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        """A page that says nothing of its own may load and send nothing elsewhere."""
        super()._post_dispatch(response)
        policy = response.headers.get("Content-Security-Policy", CORE_POLICY)
        if response.mimetype == "text/html" and policy == CORE_POLICY:
            response.headers["Content-Security-Policy"] = POLICY
