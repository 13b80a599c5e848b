"""Runs in `odoo shell` on plain Odoo and on Odoo with our addons: one mailing to many.

BENCH_STEP says what to do: `fill` makes the recipients and puts the mailing into the queue, `send`
does what the two jobs do and prints how long each took, and the most memory that it had.
"""

import json
import os
import resource
import time

OURS = "embassy.subscriber" in env  # noqa: F821 - the shell has it
COUNT = int(os.environ["BENCH_MAILS"])
BODY = """<div><h1>Words</h1>%s<p><a href="%s/unsubscribe_from_list">Leave</a></p></div>"""


def fill(env):
    env["ir.config_parameter"].set_param("mail.session.batch.size", "1000")
    env["ir.mail_server"].search([]).unlink()
    env["ir.mail_server"].create(
        {
            "name": "sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": int(os.environ["BENCH_PORT"]),
            "smtp_encryption": "none",
        }
    )
    base = env["mailing.mailing"].get_base_url()
    values = {
        "subject": "Words",
        "body_html": BODY % ("<p>A line of the text.</p>" * 40, base),
        "email_from": "chapter@example.org",
        "reply_to": "chapter@example.org",
    }
    lang = env.ref("base.lang_en").id
    if OURS:
        env["ir.config_parameter"].set_param("embassy_outreach.mailing_alone", str(10**9))
        company = env["res.company"].search([], limit=1)
        env["embassy.subscriber"].create(
            [
                {
                    "email": f"reader{number}@example.org",
                    "language_id": lang,
                    "state": "confirmed",
                    "company_id": company.id,
                }
                for number in range(COUNT)
            ]
        )
        values |= {
            "company_id": company.id,
            "mailing_model_id": env["ir.model"]._get_id("embassy.subscriber"),
            "mailing_domain": "[('state', '=', 'confirmed')]",
        }
    else:
        readers = env["mailing.list"].create({"name": "Readers"})
        env["mailing.contact"].create(
            [
                {"email": f"reader{number}@example.org", "list_ids": [(4, readers.id)]}
                for number in range(COUNT)
            ]
        )
        values |= {
            "mailing_model_id": env["ir.model"]._get_id("mailing.list"),
            "contact_list_ids": [(4, readers.id)],
            "reply_to_mode": "new",
        }
    sender = env.ref("base.user_admin")
    sender.group_ids += env.ref("mass_mailing.group_mass_mailing_user")
    if OURS:
        sender.group_ids += env.ref("embassy_core.group_outreach_officer")
    mailing = env(user=sender.id, su=False)["mailing.mailing"].create(values)
    mailing.action_launch()
    env.cr.commit()


def send(env):
    begun = time.monotonic()
    env["mailing.mailing"]._process_mass_mailing_queue()
    env.cr.commit()
    composed = time.monotonic()
    env["mail.mail"].process_email_queue(batch_size=COUNT)
    env.cr.commit()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    times = {"compose": composed - begun, "send": time.monotonic() - composed, "memory": memory}
    print("BENCH", json.dumps(times), flush=True)


{"fill": fill, "send": send}[os.environ["BENCH_STEP"]](env)  # noqa: F821
