import base64
import contextlib
import re
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import config, mute_logger

from odoo.addons.auth_totp.models.totp import hotp

from .common import ChapterCase

PAGE = "/web/login/second-factor"
PASSWORD = "a-long-password-of-a-test"
SECRET = base64.b32encode(b"twenty bytes of test").decode()
USED = "odoo.addons.auth_totp.models.res_users"
# Odoo's log says that somebody was refused.
REFUSALS = ("odoo.http", "odoo.addons.base.models.res_users")


def code(secret=SECRET, ahead=0):
    """The code of this moment, or of so many steps later (str)."""
    return f"{hotp(base64.b32decode(secret), int(time.time() // 30) + ahead):06}"


class LoginCase(ChapterCase, HttpCase):
    """Logs in as a browser does; `test_cursor` and forgery tokens are Odoo's own."""

    def setUp(self):
        super().setUp()
        self.worker = self.user_a["case_worker"]
        self.coordinator = self.user_a["coordinator"]
        for user in (self.worker, self.coordinator, self.user_a["volunteer"]):
            user.password = PASSWORD
        self.visit()

    def visit(self):
        """Begin as a browser without a session; return what puts the one before back."""
        before = getattr(self, "session", None), getattr(self, "opener", None)
        self.session = None
        self.authenticate(None, None)
        return before

    def give_factor(self, user, secret=SECRET):
        # sudo: the secret is nobody's to write
        user_sudo = user.sudo()
        user_sudo.totp_secret = secret

    def post(self, path, **values):
        page = self.url_open("/web/login")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        token = token or re.search(r'csrf_token: "([^"]+)"', page.text)
        return self.url_open(path, {"csrf_token": token[1], **values}, allow_redirects=False)

    def give_password(self, user, password=PASSWORD, **values):
        return self.post("/web/login", login=user.login, password=password, **values)

    def log_in(self, user, secret=SECRET, ahead=0):
        self.give_password(user)
        return self.post("/web/login/totp", totp_token=code(secret, ahead))

    def rpc(self, path, **params):
        return self.url_open(path, json={"id": 0, "params": params}).json()

    def call(self, model, method, *args):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=args, kwargs={})

    def inside(self):
        """Whether the back office answers at all."""
        return "result" in self.call("res.users", "has_group", self.env.uid, "base.group_user")

    def stored(self):
        """The session of the cookie as the server keeps it."""
        return http.root.session_store.get(self.opener.cookies["session_id"])

    def later(self, **values):
        """Change times in the stored session."""
        session = self.stored()
        session.update(values)
        http.root.session_store.save(session)


@tagged("post_install", "-at_install")
class TestSecondFactor(LoginCase):
    def test_first_login_leads_to_the_page_and_nowhere_else(self):
        answer = self.give_password(self.worker)
        self.assertEqual(answer.headers["Location"].split("?")[0], PAGE)
        with mute_logger(*REFUSALS):
            self.assertFalse(self.inside())
            for path in (
                "/odoo",
                "/web",
                "/web/webclient/load_menus",
                "/web/session/account",
                "/report/html/base.ir_module_reference_print/1",
                "/my",
                "/embassy/qa/preview",
                "/auth-timeout/check-identity",
                "/web/become",
            ):
                with self.subTest(path):
                    found = self.url_open(path, allow_redirects=False)
                    self.assertNotEqual(found.status_code, 200)
                    self.assertIn("/web/login", found.headers.get("Location", "/web/login"))
            export = self.post("/web/export/csv", data="{}")
            self.assertIn("/web/login", export.headers.get("Location", ""))
        self.assertFalse(self.stored().uid)

    def test_other_doors_lead_there_too(self):
        """The call that other programs use, and the page for codes."""
        params = {"db": self.env.cr.dbname, "login": self.worker.login, "password": PASSWORD}
        answer = self.rpc("/web/session/authenticate", **params)
        self.assertEqual(answer["result"], {"uid": None})
        for answer in (
            self.url_open("/web/login/totp", allow_redirects=False),
            self.post("/web/login/totp", totp_token="123456"),
        ):
            self.assertIn(PAGE, answer.headers["Location"])
        with mute_logger(*REFUSALS):
            self.assertFalse(self.inside())

    def test_set_up_wrong_code_right_code_and_the_same_again(self):
        self.give_password(self.worker)
        page = self.url_open(PAGE)
        secret = re.search(r"[?&;]secret=([A-Z2-7]+)", page.text)[1]
        self.assertEqual(len(secret), 32)
        self.assertIn("data:image/png;base64,", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        for wrong in ("", "12345", "abcdef", code(secret, 40)):
            answer = self.post(PAGE, code=wrong)
            self.assertIn('role="alert"', answer.text)
            self.assertIn(secret, answer.text, "the key that was scanned goes on being asked")
        self.assertFalse(self.stored().uid)
        before = self.opener.cookies["session_id"]
        taken = code(secret)
        answer = self.post(PAGE, code=f"{taken[:3]} {taken[3:]}")
        self.assertEqual(answer.status_code, 303)
        self.assertNotEqual(self.opener.cookies["session_id"], before)
        self.assertNotIn("offered_secret", self.stored())
        self.assertTrue(self.inside())
        # Next time the code is asked, and each code opens once.
        self.visit()
        answer = self.give_password(self.worker)
        self.assertIn("/web/login/totp", answer.headers["Location"])
        with self.assertLogs(USED, "WARNING"):
            answer = self.post("/web/login/totp", totp_token=taken)
        self.assertFalse(self.stored().uid)
        answer = self.post("/web/login/totp", totp_token=code(secret, 1))
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self.inside())

    def test_who_has_a_factor_does_not_set_up_another_by_password(self):
        self.give_factor(self.worker)
        self.give_password(self.worker)
        for answer in (
            self.url_open(PAGE, allow_redirects=False),
            self.post(PAGE, code=code()),
        ):
            self.assertIn("/web/login/totp", answer.headers["Location"])
        self.assertNotIn("offered_secret", self.stored())

    def test_passkey_is_asked_after_the_password_too(self):
        # sudo: as the browser's answer would have it made
        keys_sudo = self.env["auth.passkey.key"].with_user(self.worker).sudo()
        keys_sudo.create({"name": "Key", "credential_identifier": "test"})
        answer = self.give_password(self.worker)
        self.assertEqual(answer.headers["Location"].split("?")[0], PAGE)
        page = self.url_open(PAGE)
        self.assertIn("passkey_login_link", page.text)
        self.assertNotIn("secret=", page.text)
        with mute_logger(*REFUSALS):
            self.post(PAGE, code=code())
            self.assertFalse(self.inside())

    def test_passkey_as_the_first_factor_set_up(self):
        self.give_password(self.worker)
        answer = self.rpc(f"{PAGE}/passkey")
        self.assertEqual(answer["result"]["user"]["name"], self.worker.login)
        answer = self.post(PAGE, registration='{"id": "no such thing"}')
        self.assertIn('role="alert"', answer.text)
        verified = {"credential_id": b"test", "credential_public_key": b"test"}
        with patch.object(
            self.env.registry["auth.passkey.key"],
            "_verify_registration_options",
            lambda *_args: verified,
        ):
            answer = self.post(PAGE, registration="{}")
        self.assertTrue(self.inside())
        self.assertEqual(self.worker.auth_passkey_key_ids.create_uid, self.worker)

    def test_no_passkey_for_a_visitor(self):
        with mute_logger(*REFUSALS):
            answer = self.rpc(f"{PAGE}/passkey")
        self.assertIn("error", answer)
        answer = self.url_open(PAGE, allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith("/web/login"))

    def test_code_by_mail_is_no_second_factor(self):
        self.env["ir.config_parameter"].set_param("auth_totp.policy", "all_required")
        answer = self.give_password(self.worker)
        self.assertIn(PAGE, answer.headers["Location"])

    def test_old_password_no_longer_counts(self):
        """Who knew the password sets up nothing after it was changed."""
        for path in (PAGE, "/web/login/totp"):
            self.visit()
            self.give_password(self.worker)
            self.assertEqual(self.url_open(PAGE).status_code, 200)
            self.worker.password = "another-long-password"
            answer = self.url_open(path, allow_redirects=False)
            self.assertTrue(answer.headers["Location"].endswith("/web/login"))
            self.worker.password = PASSWORD

    def test_volunteer_is_not_asked(self):
        self.give_password(self.user_a["volunteer"])
        self.assertEqual(self.stored().uid, self.user_a["volunteer"].id)

    def test_volunteer_who_becomes_staff_logs_in_again(self):
        volunteer = self.user_a["volunteer"]
        self.give_password(volunteer)
        self.assertEqual(self.url_open("/my", allow_redirects=False).status_code, 200)
        volunteer.group_ids = [Command.set(self.env.ref("embassy_core.group_case_worker").ids)]
        answer = self.url_open("/my", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_no_device_is_trusted(self):
        self.give_factor(self.worker)
        self.give_password(self.worker)
        page = self.url_open("/web/login/totp")
        self.assertNotIn("remember", page.text)
        self.assertNotIn("odoo.com", page.text)
        # Odoo names a device by its browser.
        self.opener.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux) Firefox/140.0"
        self.post("/web/login/totp", totp_token=code(), remember="1")
        self.assertTrue(self.inside())
        self.assertNotIn("td_id", self.opener.cookies)
        self.assertFalse(self.worker.totp_trusted_device_ids)
        # A device of the time before.
        volunteer = self.user_a["volunteer"]
        key = (
            self.env["auth_totp.device"]
            .with_user(volunteer)
            ._generate("browser", "Old", datetime.now() + timedelta(hours=1))
        )
        self.env.cr.execute(
            "UPDATE auth_totp_device SET user_id = %s WHERE user_id = %s",
            [self.worker.id, volunteer.id],
        )
        self.visit()
        self.opener.cookies["td_id"] = key
        self.give_password(self.worker)
        answer = self.url_open("/web/login/totp", allow_redirects=False)
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.stored().uid)

    def test_no_api_keys(self):
        keys = self.env["res.users.apikeys"].with_user(self.worker)
        tomorrow = datetime.now() + timedelta(hours=1)
        with self.assertRaisesRegex(UserError, "no API keys"):
            keys._generate("rpc", "Program", tomorrow)
        volunteer = self.user_a["volunteer"]
        key = keys.with_user(volunteer)._generate("rpc", "Program", tomorrow)
        self.assertEqual(keys._check_credentials(scope="rpc", key=key), volunteer.id)
        self.env.cr.execute(
            "UPDATE res_users_apikeys SET user_id = %s WHERE user_id = %s",
            [self.worker.id, volunteer.id],
        )
        self.assertIsNone(keys._check_credentials(scope="rpc", key=key))


@tagged("post_install", "-at_install")
class TestSecondFactorReset(LoginCase):
    def setUp(self):
        super().setUp()
        self.give_factor(self.worker)
        self.give_factor(self.coordinator, SECRET[::-1])
        self.second = new_test_user(
            self.env,
            login="test_coordinator_a_2",
            email="second@example.org",
            groups="embassy_core.group_coordinator",
            company_id=self.chapter_a.id,
            company_ids=[Command.set(self.chapter_a.ids)],
        )

    def ask_anew(self, colleague, asker):
        return self.as_user(colleague, asker)._new_second_factor()

    def test_colleague_has_it_set_up_anew(self):
        # sudo: as the browser's answer would have it made
        keys_sudo = self.env["auth.passkey.key"].with_user(self.worker).sudo()
        keys_sudo.create({"name": "Key", "credential_identifier": "test"})
        self.log_in(self.worker)
        self.assertTrue(self.inside())
        self.ask_anew(self.worker, self.coordinator)
        # sudo: the secret is nobody's to read
        worker_sudo = self.worker.sudo()
        self.assertFalse(worker_sudo.totp_secret)
        self.assertFalse(worker_sudo.auth_passkey_key_ids)
        self.assertEqual(worker_sudo.second_factor_reset_by_id, self.coordinator)
        with mute_logger(*REFUSALS):
            self.assertFalse(self.inside())
        self.visit()
        answer = self.give_password(self.worker)
        self.assertIn(PAGE, answer.headers["Location"])

    def test_session_without_a_factor_ends_too(self):
        """One from the time before there were second factors."""
        officer = self.user_a["outreach_officer"]
        self.authenticate(officer.login, officer.login)
        self.assertTrue(self.inside())
        self.ask_anew(officer, self.coordinator)
        with mute_logger(*REFUSALS):
            self.assertFalse(self.inside())

    def test_by_the_button_with_the_password_asked(self):
        self.authenticate(self.coordinator.login, PASSWORD)
        answer = self.call("res.users", "action_new_second_factor", self.worker.ids)
        self.assertEqual(answer["result"]["res_model"], "res.users.identitycheck")
        self.authenticate(
            self.coordinator.login, PASSWORD, session_extra={"identity-check-last": time.time()}
        )
        answer = self.call("res.users", "action_new_second_factor", self.worker.ids)
        self.assertEqual(answer["result"]["tag"], "display_notification")
        self.assertFalse(self.worker.totp_enabled)

    def test_other_coordinators_are_told_and_nothing_is_said(self):
        mails = self.env["mail.mail"].search([])
        self.ask_anew(self.worker, self.coordinator)
        mail = (self.env["mail.mail"].search([]) - mails).filtered("is_news")
        self.assertEqual(mail.email_to, self.second.email)
        text = f"{mail.subject} {mail.body_html} {mail.email_from} {mail.reply_to}"
        for user in (self.worker, self.coordinator, self.second):
            self.assertNotIn(user.name, text)
            self.assertNotIn(user.login, text)
        self.assertNotIn(self.chapter_a.name, text)
        self.assertFalse(mail.recipient_ids)

    def test_nobody_for_themselves(self):
        with self.assertRaises(UserError):
            self.ask_anew(self.coordinator, self.coordinator)
        self.assertTrue(self.coordinator.totp_enabled)

    def test_nobody_else(self):
        """No other role, no other chapter, not who keeps the system's lists or accounts."""
        admin = new_test_user(
            self.env,
            login="test_admin_a",
            groups="base.group_system",
            company_id=self.chapter_a.id,
            company_ids=[Command.set(self.chapter_a.ids)],
        )
        roles = ("outreach_officer", "federation", "technical_admin", "employee", "volunteer")
        for asker in (self.user_b["coordinator"], admin, *(self.user_a[role] for role in roles)):
            with self.subTest(asker.login), self.assertRaises(AccessError):
                self.ask_anew(self.worker, asker)
        self.assertTrue(self.worker.totp_enabled)
        with self.assertRaises(AccessError):
            self.ask_anew(self.user_a["volunteer"], self.coordinator)

    def test_foreign_and_missing_people_answer_alike(self):
        self.authenticate(self.user_b["coordinator"].login, "x")
        answers = []
        for id_ in (self.worker.id, 99_999_999):
            with mute_logger(*REFUSALS):
                answer = self.call("res.users", "action_new_second_factor", [id_])
            answers.append(answer["error"]["data"]["message"])
        self.assertEqual(answers[0], answers[1])

    def test_nobody_takes_the_last_one_away(self):
        admin = new_test_user(self.env, login="test_admin", groups="base.group_system")
        self.give_factor(admin)
        for user, asker in ((self.worker, self.worker), (self.worker, admin), (admin, admin)):
            with self.subTest(asker.login), self.assertRaisesRegex(UserError, "second factor"):
                user.with_user(asker).action_totp_disable()
        # sudo: as the browser's answer would have it made
        keys_sudo = self.env["auth.passkey.key"].with_user(self.worker).sudo()
        key = keys_sudo.create({"name": "Key", "credential_identifier": "test"}).with_user(admin)
        with self.assertRaises(AccessError):
            key.sudo(False).unlink()
        mine = key.with_user(self.worker).sudo(False)
        self.worker.with_user(self.worker)._check_second_factor_stays(without_totp=True)
        self.worker.with_user(self.worker)._check_second_factor_stays(without_passkeys=mine)
        self.give_factor(self.worker, False)
        with self.assertRaisesRegex(UserError, "second factor"):
            mine.action_delete_passkey()

    def test_list_of_people(self):
        """Coordinators see who has one; nobody else does."""
        chapter = self.as_user(self.chapter_a, self.coordinator)
        people = {user.login: user.has_second_factor for user in chapter.chapter_staff_ids}
        self.assertIs(people[self.worker.login], True)
        self.assertIs(people["test_outreach_officer_a"], False)
        self.assertFalse(people.keys() & {"test_volunteer_a", "test_case_worker_b"})
        with self.assertRaises(AccessError):
            self.as_user(self.chapter_a, self.worker).read(["chapter_staff_ids"])
        with self.assertRaises(AccessError):
            self.as_user(self.coordinator, self.worker).read(["has_second_factor"])


@tagged("post_install", "-at_install")
class TestSession(LoginCase):
    """How long a session lives, by the server's clock: none of this asks the browser."""

    def setUp(self):
        super().setUp()
        self.give_factor(self.worker)
        self.log_in(self.worker)
        self.assertTrue(self.inside())

    def refusal(self):
        with mute_logger(*REFUSALS):
            answer = self.call("res.users", "has_group", self.env.uid, "base.group_user")
        return answer["error"]["data"]["name"].rpartition(".")[2]

    def test_lock_after_15_minutes(self):
        self.later(last_use=time.time() - 14 * 60)
        self.assertTrue(self.inside())
        self.later(last_use=time.time() - 15 * 60)
        self.assertEqual(self.refusal(), "CheckIdentityException")
        self.assertEqual(self.refusal(), "CheckIdentityException", "asking is no use")
        page = self.url_open("/embassy/qa/preview", allow_redirects=False)
        self.assertIn("/auth-timeout/check-identity", page.headers["Location"])
        self.assertEqual(self.url_open("/auth-timeout/check-identity").status_code, 200)
        self.assertEqual(self.refusal(), "CheckIdentityException")
        path = "/auth-timeout/session/check-identity"
        answer = self.rpc(path, type="password", password=PASSWORD)
        self.assertFalse(answer.get("error"))
        self.assertTrue(self.inside())

    def test_use_is_noted(self):
        self.later(last_use=time.time() - 10 * 60)
        self.assertTrue(self.inside())
        self.assertGreater(self.stored()["last_use"], time.time() - 60)

    def test_logged_out_12_hours_after_the_login(self):
        """Although Odoo renews the session meanwhile, and with it the time it counts from."""
        half = time.time() - 12 * 3600
        self.later(login_time=half + 60, create_time=time.time())
        self.assertTrue(self.inside())
        self.later(login_time=half, create_time=time.time())
        self.assertEqual(self.refusal(), "SessionExpiredException")
        # A new login begins a new day, on the same session too.
        self.give_password(self.worker)
        self.post("/web/login/totp", totp_token=code(ahead=1))
        self.assertTrue(self.inside())

    def test_volunteers_are_not_locked(self):
        self.visit()
        self.give_password(self.user_a["volunteer"])
        self.later(last_use=time.time() - 3600)
        self.assertEqual(self.url_open("/my", allow_redirects=False).status_code, 200)

    def test_flags_of_the_cookie(self):
        for scheme in ("http", "https"):
            self.visit()
            self.opener.cookies.pop("session_id")
            forwarded = {"X-Forwarded-Proto": scheme, "X-Forwarded-Host": "a.example.org"}
            self.opener.headers.update(forwarded)
            with patch.dict(config.options, proxy_mode=True):
                answer = self.url_open("/web/login")
            (cookie,) = (
                part
                for part in answer.raw.headers.getlist("Set-Cookie")
                if part.startswith("session_id=")
            )
            self.assertIn("HttpOnly", cookie)
            self.assertIn("SameSite=Lax", cookie)
            self.assertEqual("; Secure" in cookie, scheme == "https")

    def test_logout_ends_the_session(self):
        cookie = self.opener.cookies["session_id"]
        self.post("/web/session/logout")
        self.visit()
        self.opener.cookies.set("session_id", cookie, domain="127.0.0.1")
        with mute_logger(*REFUSALS):
            self.assertFalse(self.inside())

    def test_another_password_ends_every_session(self):
        with self.another_browser():
            self.log_in(self.worker, ahead=1)
            self.assertTrue(self.inside())
            self.worker.password = "another-long-password"
            with mute_logger(*REFUSALS):
                self.assertFalse(self.inside())
        with mute_logger(*REFUSALS):
            self.assertFalse(self.inside())

    @contextlib.contextmanager
    def another_browser(self):
        session, opener = self.visit()
        yield
        self.session, self.opener = session, opener
