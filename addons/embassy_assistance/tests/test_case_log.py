import logging
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.embassy_core.sealing import SealError

from ..controllers.sealed_case import SealedCase as SealedCasePage
from .common_sealed import SealedCase

MARK = "CNRYtyped"
# Numbers that stand for nothing else.
FIRST_ID = 1_987_650_000
LOUD = ("odoo.sql_db", "odoo.http.rpc.request", "odoo.models.unlink", "werkzeug")


@tagged("post_install", "-at_install")
class TestCaseLog(SealedCase, HttpCase):
    """Whoever reads the log learns of no case, and of nothing that somebody typed."""

    def setUp(self):
        super().setUp()
        self.env.cr.execute("SELECT last_value FROM helpdesk_ticket_id_seq")
        (last,) = self.env.cr.fetchone()
        self.env.cr.execute("SELECT setval('helpdesk_ticket_id_seq', %s)", [FIRST_ID])
        # A sequence is not put back with the rest of the test.
        self.addCleanup(
            self.env.cr.execute, "SELECT setval('helpdesk_ticket_id_seq', %s)", [last]
        )
        self.case = self.case_of(self.desk_a)
        self.other = self.case_of(self.desk_b)
        self.worker = self.user_a["case_worker"]
        self.authenticate(self.worker.login, self.worker.login)
        for name in LOUD:
            level = logging.getLogger(name).level
            logging.getLogger(name).setLevel(logging.DEBUG)
            self.addCleanup(logging.getLogger(name).setLevel, level)

    def rpc(self, path, **params):
        return self.url_open(path, json={"jsonrpc": "2.0", "params": params}).json()

    def call(self, model, method, *args):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=args, kwargs={})

    def logged(self, act):
        """What a request logs at any level (str), and its answer."""
        with self.assertLogs(level=logging.DEBUG) as logs:
            answer = act()
        lines = [
            line
            for line, record in zip(logs.output, logs.records, strict=True)
            # What the browser of the test says is not the server's.
            if not record.name.startswith(("urllib3", "requests", "odoo.tests"))
        ]
        return "\n".join(lines), answer

    def assertTellsNothing(self, text, *more):
        for word in (MARK, str(FIRST_ID)[:7], self.case.number, self.other.number, *more):
            self.assertNotIn(word, text)

    def assertIncident(self, text, answer):
        """The person and the log are told one random number."""
        message = answer["error"]["data"]["message"]
        number = message.rsplit(" ", 1)[-1]
        self.assertRegex(number, r"^[0-9a-f]{8}$")
        self.assertIn(number, text)
        self.assertNotIn(MARK, message)

    def test_pages_of_a_case(self):
        for path in (
            f"/odoo/cases/{self.case.id}",
            f"/odoo/cases/{self.case.id}/helpdesk.ticket/{self.other.id}?x={MARK}",
            f"/web/image/helpdesk.ticket/{self.case.id}/name?q={MARK}",
        ):
            text, _answer = self.logged(lambda path=path: self.url_open(path))
            self.assertIn('"GET /', text)
            self.assertTellsNothing(text)

    def test_work_and_refusals(self):
        needs = self.env.ref("embassy_assistance.embassy_need_rent")
        line = self.env["embassy.case.need"].create(
            {"case_id": self.case.id, "need_id": needs.id}
        )
        case, other = [self.case.id], [self.other.id]
        for model, method, *args in (
            ("helpdesk.ticket", "web_save", case, {"risk": "low"}, {"risk": {}}),
            ("helpdesk.ticket", "web_save", case, {"name": MARK}, {"risk": {}}),
            ("helpdesk.ticket", "web_save", case, {"urgency": MARK}, {"risk": {}}),
            ("helpdesk.ticket", "web_save", case, {"date_next_step": MARK}, {"risk": {}}),
            ("helpdesk.ticket", "web_read", other, {"number": {}}),
            ("helpdesk.ticket", "web_search_read", [["number", "=", MARK]], {"number": {}}),
            ("helpdesk.ticket", "no_such_method", case, MARK),
            ("embassy.case.need", "unlink", line.ids),
            ("embassy.case.aid", "create", [{"case_id": self.case.id, "amount": -7}]),
        ):
            with self.subTest(method=method, args=args):
                text, _answer = self.logged(
                    lambda model=model, method=method, args=args: self.call(model, method, *args)
                )
                self.assertTellsNothing(text)

    def test_a_query_that_fails(self):
        def fail(case, _vals):
            case.env.cr.execute("SELECT %s::integer, %s", [MARK, case.id])

        with patch.object(type(self.case), "write", fail):
            text, answer = self.logged(
                lambda: self.call("helpdesk.ticket", "write", [self.case.id], {"risk": "low"})
            )
        self.assertTellsNothing(text)
        self.assertIncident(text, answer)
        self.assertIn("InvalidTextRepresentation", text)

    def test_sealed_content_that_fails(self):
        for error in (ValueError, SealError):

            def fail(*_args, error=error):
                raise error(f"{MARK} {self.case.id} {self.case.number}")

            with patch.object(SealedCasePage, "_state", fail):
                text, answer = self.logged(lambda: self.rpc("/sealed/case", case_id=self.case.id))
            self.assertTellsNothing(text)
            self.assertIncident(text, answer)
            self.assertIn(error.__name__, text)

    def test_other_requests_are_logged_as_before(self):
        """The filters are about cases alone; what else fails is told with its text."""

        def fail(*_args, **_values):
            raise ValueError(MARK)

        with patch.object(type(self.env["res.partner"]), "search_count", fail):
            text, _answer = self.logged(lambda: self.call("res.partner", "search_count", []))
        self.assertIn(MARK, text)
