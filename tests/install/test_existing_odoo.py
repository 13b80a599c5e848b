"""An Odoo that was in use takes the addons: 1,000 contacts of one company, or of several."""

import json
import os
import subprocess

import pytest

from launcher import database, odoo_process
from launcher.jobs.test import dependencies_template
from launcher.paths import OURS

FILL = """
Partner, Users, Company = env["res.partner"], env["res.users"], env["res.company"]
malta, iceland = env.ref("base.mt"), env.ref("base.is")
first = env.company
officers = env["res.users"]
if {several}:
    first.country_id = iceland
    second = Company.create({{"name": "Second", "country_id": malta.id}})
    officers = Users.with_context(no_reset_password=True).create([
        {{"name": f"Officer {{c.id}}", "login": f"officer{{c.id}}", "company_id": c.id,
          "company_ids": [(6, 0, c.ids)]}} for c in first | second])
places = [iceland.id, malta.id, False]
Partner.create([
    {{"name": f"Old contact {{n}}", "email": f"old{{n}}@example.org",
      "country_id": places[n % 3] if {several} else False,
      "user_id": officers[1].id if {several} and n == 0 else False}}
    for n in range(900)])
parent = Partner.search([("name", "=", "Old contact 0")])
Partner.create([
    {{"name": f"Old contact {{n}}", "parent_id": parent.id}} for n in range(900, 1000)])
env["calendar.event"].create({{"name": "Old meeting", "start": "2026-01-01 10:00:00",
    "stop": "2026-01-01 11:00:00", "user_id": officers[:1].id or env.uid}})
parent.message_post(body="Old message")
# Each by an officer of the second company, where there is one, and once by nobody.
maker = officers[1:] or env.user


def make(_model, **vals):
    return env[_model].with_user(maker).sudo().create(vals)


days = {{"date_begin": "2026-01-01 10:00:00", "date_end": "2026-01-02 10:00:00"}}
event = make("event.event", name="Old event", company_id=False, **days)
make("event.registration", event_id=event.id, name="Old guest")
event.with_env(env).message_post(body="Old word on an event")
env["event.event"].create(
    {{"name": "Old event of nobody", "company_id": False, "user_id": False, **days}})
lists = make("mailing.list", name="Old list")
make("mailing.contact", name="Old subscriber", email="s@example.org", list_ids=lists.ids)
mailing = make("mailing.mailing", subject="Old mailing", email_from="o@example.org",
    contact_list_ids=lists.ids, mailing_model_id=env["ir.model"]._get_id("mailing.list"))
make("mailing.trace", model="mailing.contact", res_id=lists.contact_ids.id,
    mass_mailing_id=mailing.id, email="s@example.org")
mailing.with_env(env).message_post(body="Old word on a mailing")
make("mailing.filter", name="Old filter", mailing_domain="[]",
    mailing_model_id=env["ir.model"]._get_id("mailing.list"))
make("utm.campaign", name="Old campaign")
make("link.tracker", url="https://example.org/old")
make("discuss.channel", name="Old channel")
make("calendar.event", name="Old appointment", start="2026-01-01", stop="2026-01-01")
env.cr.commit()
"""

LOOK = """
import json
Partner = env["res.partner"].with_context(active_test=False)
old = Partner.search([("name", "like", "Old contact")])
todo = env.ref("embassy_core.ir_actions_todo_contact_assign")
found = {"all": len(old), "homeless": len(old.filtered(lambda p: not p.company_id)),
         "todo": todo.state}
mixin = env.registry["embassy.chapter.mixin"]
walled = [model for model in env.registry.values()
          if issubclass(model, mixin) and not model._abstract and not model._transient]
names = [*(model._name for model in walled), "event.registration", "mailing.trace"]
found["rows without a chapter"] = [
    name for name in names if env[name].with_context(active_test=False).search_count(
        [("company_id", "=", False)], limit=1)]
env.cr.execute(
    "SELECT table_name FROM information_schema.columns "
    "WHERE column_name = 'company_id' AND is_nullable = 'YES' AND table_name IN %s",
    [tuple(model._table for model in walled)])
found["columns that may be empty"] = env.cr.fetchall()
made = [("create_uid.login", "like", "officer")]
found["made by the officer"] = {
    name: env[name].search(made).company_id.mapped("name") for name in names
    if "create_uid" in env[name]._fields and env[name].search(made)}
words = env["mail.message"].search([("body", "like", "Old word")])
found["words"] = words.record_company_id.mapped("name")
found["event of nobody"] = env["event.event"].search(
    [("name", "=", "Old event of nobody")]).company_id.name
admin = env.ref("base.user_admin")
Assign = env["embassy.contact.assign"].with_user(admin)
found["lines"] = {line.country_id.code or "": [line.contact_count, line.company_id.name or ""]
                  for line in Assign.create({}).line_ids}
wizard = Assign.create({})
for line in wizard.line_ids:
    line.company_id = line.company_id or env.ref("base.main_company")
wizard.action_assign()
found["homeless after"] = len(old.filtered(lambda p: not p.company_id))
found["todo after"] = todo.state
found["chapters"] = {c.name: len(old.filtered(lambda p: p.company_id == c))
                     for c in old.company_id}
found["seen"] = {u.login: env["res.partner"].with_user(u).with_context(
    allowed_company_ids=u.company_ids.ids).search_count([("name", "like", "Old contact")])
    for u in env["res.users"].search([("login", "like", "officer")])}
print("FOUND " + json.dumps(found))
"""

# What an officer of the second company makes before the addons come.
MADE = (
    "calendar.event",
    "discuss.channel",
    "event.event",
    "event.registration",
    "link.tracker",
    "mailing.contact",
    "mailing.filter",
    "mailing.list",
    "mailing.mailing",
    "mailing.trace",
    "utm.campaign",
)


@pytest.fixture
def taken(odoo, database_server, request):
    """What a stock database looks like after our addons were installed into it."""
    name = f"embassy_test_{os.getpid()}"
    database.drop(database_server, name)
    database.create(database_server, name, dependencies_template(odoo, database_server))
    try:
        shell(odoo, database_server, name, FILL.format(several=request.param))
        odoo_process.install(
            odoo, database_server, name, ["-i", ",".join(OURS)], "Installing the addons"
        )
        said = shell(odoo, database_server, name, LOOK)
        yield json.loads(said.split("FOUND ")[1])
    finally:
        database.drop(database_server, name)


def shell(odoo, server, name, script):
    """Run a script in Odoo's shell and return what it printed."""
    result = subprocess.run(
        odoo_process.command("shell", "-d", name, "--no-http", "--log-level=error"),
        env=odoo_process.environment(odoo, server),
        input=script,
        text=True,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0 and "Traceback" not in result.stderr, result.stderr[-3000:]
    return result.stdout


@pytest.mark.parametrize("taken", [False], indirect=True)
def test_one_company_gets_all_contacts(taken):
    assert taken["all"] == 1000
    assert taken["homeless"] == 0
    assert taken["todo"] == "done"
    assert taken["lines"] == {}
    assert taken["rows without a chapter"] == []
    assert taken["columns that may be empty"] == []


@pytest.mark.parametrize("taken", [True], indirect=True)
def test_several_companies_are_asked_about(taken):
    """Contacts of an officer, and those below them, follow; the rest is asked by country."""
    assert taken["all"] == 1000
    # One contact of an officer of the second company, and the 100 below it.
    assert taken["homeless"] == 899
    assert taken["todo"] == "open"
    assert taken["lines"]["MT"] == [300, "Second"]
    assert taken["lines"]["IS"][0] == 299
    assert taken["lines"][""] == [300, ""]
    assert taken["homeless after"] == 0
    assert taken["todo after"] == "done"
    assert taken["chapters"]["Second"] == 401
    assert sorted(taken["seen"].values()) == [401, 599]
    assert taken["rows without a chapter"] == []
    assert taken["columns that may be empty"] == []
    assert taken["made by the officer"] == dict.fromkeys(MADE, ["Second"])
    assert taken["words"] == ["Second"]
    assert taken["event of nobody"] not in ("Second", False)
