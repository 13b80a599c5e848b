import io

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from odoo import http
from odoo.http import request


class Leaky(http.Controller):
    def _row(self, leaky_id):
        return request.env["embassy.leaky"].sudo().browse(leaky_id).exists()

    @http.route("/embassy_leaky/<int:leaky_id>", type="http", auth="public", methods=["GET"])
    def body(self, leaky_id):
        return self._row(leaky_id).note or "Nothing."

    @http.route("/embassy_leaky/header", type="http", auth="user", methods=["GET"])
    def header(self, leaky_id):
        name = self._row(int(leaky_id)).name or "-"
        return request.make_response("Nothing.", headers=[("X-Name", name)])

    @http.route("/embassy_leaky/status/<int:leaky_id>", type="http", auth="public", methods=["GET"])
    def status(self, leaky_id):
        return request.make_response("Nothing.", status=403 if self._row(leaky_id) else 404)

    @http.route("/embassy_leaky/json", type="jsonrpc", auth="user")
    def json(self, leaky_id):
        return {"note": self._row(leaky_id).note}

    @http.route("/embassy_leaky/link/<int:leaky_id>", type="http", auth="public", methods=["GET"])
    def link(self, leaky_id, access_token=""):
        """Show who holds a token the rows beside the one it is for, too."""
        row = self._row(leaky_id)
        if not row.access_token or row.access_token != access_token:
            return request.not_found()
        return " ".join(filter(None, row.search([]).mapped("note")))

    @http.route("/embassy_leaky/pdf/<int:leaky_id>", type="http", auth="public", methods=["GET"])
    def pdf(self, leaky_id):
        """Print words as most programs do: by numbers of letters in a font that is cut down."""
        pdfmetrics.registerFont(TTFont("Cut", "Vera.ttf", asciiReadable=False))
        file = io.BytesIO()
        page = canvas.Canvas(file, pageCompression=1)
        page.setFont("Cut", 8)
        page.drawString(20, 700, self._row(leaky_id).note or "Nothing.")
        page.save()
        headers = [("Content-Type", "application/pdf")]
        return request.make_response(file.getvalue(), headers=headers)
