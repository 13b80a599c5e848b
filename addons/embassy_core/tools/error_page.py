"""The page that says that nothing was sent: made without the database, which may be gone."""

import secrets
from xml.sax.saxutils import escape

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

LANGUAGES = {"en": "en_US", "be": "be_BY", "ru": "ru_RU"}
TITLE = _lt("Not sent")
LINES = (
    _lt("We could not take this, and nothing of it was kept."),
    _lt("Go back in your browser: what you typed is still there. Choose the files again."),
    _lt("All files together may have 20 MB. If they are smaller, try again in a minute."),
)
STYLE = (
    "body{margin:2rem auto;max-width:40rem;padding:0 1.25rem;color:#1c1c1c;background:#fff;"
    "font:1.0625rem/1.55 system-ui,sans-serif}"
)


def private_headers(nonce: str) -> dict[str, str]:
    """Return the headers of every page that people open without an account.

    Args:
        nonce: of the one style sheet in the page
    """
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def error_page(httprequest) -> tuple[str, dict[str, str]]:
    """Return the page in the language of a request (HTML), and its headers."""
    language = httprequest.args.get("l")
    if language not in LANGUAGES:
        language = httprequest.accept_languages.best_match(list(LANGUAGES), default="en")
    lang = LANGUAGES[language]
    nonce = secrets.token_urlsafe(16)
    lines = "".join(f"<p>{escape(line._translate(lang))}</p>" for line in LINES)
    title = escape(TITLE._translate(lang))
    html = (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f'<title>{title}</title><style nonce="{nonce}">{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{lines}</main></body></html>"
    )
    return html, private_headers(nonce)
