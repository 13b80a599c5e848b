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
