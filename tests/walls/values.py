"""Values by hand for the models whose rows need more than the right type, and small stories."""

from datetime import timedelta

# What others hang on; the rest follows in the order of names.
FIRST = (
    "res.partner",
    "helpdesk.ticket.team",
    "helpdesk.ticket",
    "event.event",
    "mail.message",
    "calendar.event",
    "discuss.channel",
    "mailing.list",
    "mailing.contact",
    "mailing.mailing",
)
CONTEXTS = {"res.partner": {"mail_create_nosubscribe": True}}


def company(planter, plain):
    """Values of the chapter itself; on plain Odoo it is just a company."""
    values = {"name": planter.mark("res.company", "name"), "email": mail(planter, "res.company")}
    if not plain:
        values |= {
            "chapter_code": f"Q{planter.letter}",
            "chapter_level": "embassy",
            "country_id": planter.env.ref("base.is").id,
        }
    return values


def mail(planter, model, field="email"):
    """An address with a marker, as Odoo normalises it."""
    return f"{planter.mark(model, field)}@example.org".lower()


def _document(model="model", id_="res_id"):
    return lambda p: {model: "res.partner", id_: p.row("res.partner")}


def _hours(planter):
    return {"hour_from": 9.0, "hour_to": 17.0}


def _activity(planter):
    partner = planter.env["ir.model"]._get_id("res.partner")
    return {
        "res_model_id": partner,
        "res_id": planter.row("res.partner"),
        "user_id": planter.env.uid,
        "summary": planter.mark("mail.activity", "summary"),
        "note": planter.mark("mail.activity", "note"),
    }


def _event(planter):
    return {
        "name": planter.mark("event.event", "name"),
        "date_begin": planter.now + timedelta(days=2),
        "date_end": planter.now + timedelta(days=5),
        "company_id": planter.company.id,
    }


def _meeting(planter):
    return {
        "name": planter.mark("calendar.event", "name"),
        "start": planter.now + timedelta(days=2),
        "stop": planter.now + timedelta(days=2, hours=1),
        "partner_ids": [(6, 0, [planter.row("res.partner")])],
        "recurrency": False,
    }


def _mailing(planter):
    return {
        "subject": planter.mark("mailing.mailing", "subject"),
        "mailing_model_id": planter.env["ir.model"]._get_id("mailing.list"),
        "contact_list_ids": [(6, 0, [planter.row("mailing.list")])],
        "body_html": f"<p>{planter.mark('mailing.mailing', 'body_html')}</p>",
        "email_from": mail(planter, "mailing.mailing", "email_from"),
        "reply_to": mail(planter, "mailing.mailing", "reply_to"),
        "user_id": planter.env.uid,
        "schedule_type": "now",
    }


def _other_partner(planter, model):
    return planter.env["res.partner"].create(
        {"name": planter.mark(model, "partner_id.name"), "email": mail(planter, model)}
    )


def _template(planter):
    return f"mail.template,{planter.row('mail.template')}"


def _letter(planter):
    """A letter of its chapter: nobody else in the register's own columns."""
    return {"direction": "in", "reply_to_id": False, "previous_id": False, "serial": 0}


BY_HAND = {
    "calendar.event": _meeting,
    "calendar.recurrence": lambda p: {"mon": True, "rrule_type": "weekly", "count": 2},
    "discuss.channel.member": lambda p: {
        "partner_id": _other_partner(p, "discuss.channel.member").id,
        "guest_id": False,
    },
    "discuss.channel": lambda p: {"channel_type": "channel"},
    "embassy.briefing": lambda p: {"translation_of_id": False, "published_on": p.now},
    "embassy.briefing.claim": lambda p: {
        "url": f"https://example.org/{p.mark('embassy.briefing.claim', 'url')}"
    },
    "embassy.channel": lambda p: {
        "kind": "email",
        "address": mail(p, "embassy.channel"),
        "date_checked": p.now.date(),
    },
    "embassy.emergency.number": lambda p: {"number": "112"},
    "embassy.mandate": lambda p: {
        "person_id": p.entry("person"),
        "body_id": p.entry("institution"),
        "date_start": "2015-04-09",
        "date_end": False,
        "date_start_given": False,
        "date_end_given": False,
    },
    "embassy.commitment": lambda p: {
        "partner_id": p.entry("person"),
        "date": "2026-01-10",
        "date_due": False,
    },
    "embassy.connection": lambda p: {
        "first_id": p.entry("person"),
        "second_id": p.entry("institution"),
        "date_start": "2026-01-10",
        "date_end": False,
    },
    "embassy.godparent": lambda p: {
        "partner_id": p.entry("person"),
        "is_public": True,
        "date_start": "2026-01-10",
        "date_end": False,
    },
    "embassy.meeting.point": lambda p: {
        "meeting_id": p.row("embassy.meeting"),
        "date_due": "2026-01-10",
    },
    "embassy.relation": lambda p: {"partner_id": p.entry("person")},
    "embassy.stance": lambda p: {"relation_id": p.row("embassy.relation"), "date": "2026-01-10"},
    "embassy.programme.item": lambda p: {
        "date_start": p.now + timedelta(days=2),
        "date_end": p.now + timedelta(days=2, hours=1),
        "visit_id": p.visit(),
    },
    "embassy.delegate": lambda p: {"visit_id": p.visit()},
    "embassy.letter": _letter,
    "embassy.letter.counter": lambda p: {"direction": "in", "year": 2026, "last": 1},
    "embassy.reception.hour": _hours,
    "embassy.reference": lambda p: {
        "url": f"https://example.org/{p.mark('embassy.reference', 'url')}"
    },
    "embassy.cap.raise": lambda p: {"user_id": p.people["case_worker"], "hours": 48},
    "embassy.case.alert": lambda p: {"case_id": p.case()},
    "embassy.case.aid": lambda p: {
        "case_id": p.case(),
        "month": "2026-01-01",
        "fund_id": p.row("embassy.fund"),
        "amount": 1,
    },
    "embassy.case.consent": lambda p: {"case_id": p.case(), "is_given": True},
    "embassy.case.grant": lambda p: {"case_id": p.case()},
    "embassy.case.item": lambda p: {"case_id": p.case(), "month": "2026-01-01"},
    "embassy.case.need": lambda p: {"case_id": p.case()},
    "embassy.case.seal": lambda p: {"case_id": p.case()},
    "embassy.case.transition": lambda p: {"case_id": p.case()},
    "embassy.subscriber": lambda p: {"email": mail(p, "embassy.subscriber")},
    "event.event": _event,
    "event.mail": lambda p: {"template_ref": _template(p)},
    "event.type.mail": lambda p: {"template_ref": _template(p)},
    "event.slot": lambda p: {"start_hour": 9.0, "end_hour": 17.0, "date": p.day_of_event()},
    "event.mail.slot": lambda p: {"event_slot_id": p.row("event.slot")},
    "event.registration": lambda p: {
        "event_id": p.row("event.event"),
        "partner_id": p.row("res.partner"),
        "event_slot_id": False,
        "email": mail(p, "event.registration"),
    },
    "event.question": lambda p: {"question_type": "text_box"},
    "helpdesk.ticket.team": lambda p: {"alias_name": False},
    "helpdesk.ticket": lambda p: {
        "name": p.mark("helpdesk.ticket", "name"),
        "team_id": p.row("helpdesk.ticket.team"),
        "partner_id": p.row("res.partner"),
    },
    "helpdesk.ticket.sla": lambda p: {"ticket_id": p.row("helpdesk.ticket")},
    "ir.attachment": _document("res_model"),
    "ir.default": lambda p: {
        "field_id": p.env.ref("base.field_res_partner__city").id,
        "user_id": False,
        "condition": False,
        "json_value": f'"{p.mark("ir.default", "json_value")}"',
    },
    "ir.filters": lambda p: {"model_id": "res.partner", "user_ids": False, "domain": "[]"},
    "link.tracker": lambda p: {
        "url": f"https://example.org/{p.mark('link.tracker', 'url')}",
        "title": p.mark("link.tracker", "title"),
    },
    "mail.activity": _activity,
    "mail.followers": lambda p: {
        "res_model": "res.partner",
        "res_id": p.row("res.partner"),
        "partner_id": _other_partner(p, "mail.followers").id,
    },
    "mail.message": lambda p: {
        "model": "res.partner",
        "res_id": p.row("res.partner"),
        "message_type": "comment",
        "author_id": p.env.user.partner_id.id,
        "partner_ids": [(6, 0, [p.row("res.partner")])],
        "author_guest_id": False,
    },
    "mail.message.reaction": lambda p: {"guest_id": False},
    "mail.presence": lambda p: {"guest_id": False},
    "mail.scheduled.message": _document(),
    "mail.tracking.value": lambda p: {"field_id": p.env.ref("base.field_res_partner__name").id},
    "mailing.filter": lambda p: {
        "mailing_model_id": p.env["ir.model"]._get_id("mailing.contact"),
        "mailing_domain": f"[('name', '=', '{p.mark('mailing.filter', 'mailing_domain')}')]",
    },
    "mailing.mailing": _mailing,
    "mailing.subscription": lambda p: {
        "contact_id": p.env["mailing.contact"]
        .create({"email": mail(p, "mailing.contact"), "name": p.mark("mailing.contact", "name")})
        .id
    },
    "mailing.trace": lambda p: {
        "model": "mailing.contact",
        "res_id": p.row("mailing.contact"),
        "mass_mailing_id": p.row("mailing.mailing"),
        "email": mail(p, "mailing.trace"),
    },
    "res.currency.rate": lambda p: {"name": p.now.date(), "rate": 1.0},
    "res.users.settings": lambda p: {"user_id": p.people["portal"]},
    "res.users.settings.volumes": lambda p: {"guest_id": False},
    "res.device.log": lambda p: {"user_id": p.env.uid},
}


def stories(planter):
    """What rows one by one do not make: a thread, a private meeting, answers, a mailing queued."""
    env = planter.env
    for story in (_thread, _private_meeting, _answers, _channel, _guest_page, _bulk, _files, _case):
        with planter.attempt_quietly(story.__name__):
            story(planter, env)
            env.flush_all()


def _thread(planter, env):
    """A message with recipients inside and outside, one planned, one to do."""
    partner = env["res.partner"].browse(planter.row("res.partner"))
    colleague = env["res.users"].browse(planter.people["employee"])
    partner.message_subscribe(colleague.partner_id.ids)
    partner.message_post(
        body=planter.mark("res.partner", "message_post body"),
        subject=planter.mark("res.partner", "message_post subject"),
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=(colleague.partner_id + partner).ids,
        attachments=[(planter.mark("ir.attachment", "name"), b"words")],
    )
    partner.write({"name": planter.mark("res.partner", "name")})
    partner.activity_schedule(
        "mail.mail_activity_data_todo",
        summary=planter.mark("mail.activity", "summary"),
        note=planter.mark("mail.activity", "note"),
        user_id=colleague.id,
    )


def _private_meeting(planter, env):
    env["calendar.event"].create(
        {
            **_meeting(planter),
            "privacy": "private",
            "description": planter.mark("calendar.event", "description"),
            "location": planter.mark("calendar.event", "location"),
            "partner_ids": [(6, 0, (env.user.partner_id + _other_partner(planter, "x")).ids)],
        }
    )


def _answers(planter, env):
    """A question, and what somebody who registered answered in own words."""
    question = env["event.question"].create(
        {
            "title": planter.mark("event.question", "title"),
            "question_type": "text_box",
            "event_ids": [(6, 0, [planter.row("event.event")])],
        }
    )
    env["event.registration.answer"].create(
        {
            "registration_id": planter.row("event.registration"),
            "question_id": question.id,
            "value_text_box": planter.mark("event.registration.answer", "value_text_box"),
        }
    )


def _channel(planter, env):
    """A room of the staff, a group, and a talk between two, each with words."""
    room = env["discuss.channel"].create(
        {
            "name": planter.mark("discuss.channel", "name"),
            "channel_type": "channel",
            "group_public_id": env.ref("base.group_user").id,
        }
    )
    colleague = env["res.users"].browse(planter.people["employee"])
    group = env["discuss.channel"].create(
        {"name": planter.mark("discuss.channel", "name"), "channel_type": "group"}
    )
    chat = env["discuss.channel"].sudo(False)._get_or_create_chat(colleague.partner_id.ids)
    for talk in (room, group, chat.sudo()):
        talk.message_post(
            body=planter.mark("discuss.channel", "message_post body"),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )


def _guest_page(planter, env):
    guest = env["mail.guest"].create({"name": planter.mark("mail.guest", "name")})
    room = env["discuss.channel"].create(
        {"name": planter.mark("discuss.channel", "name"), "channel_type": "channel"}
    )
    env["discuss.channel.member"].create({"channel_id": room.id, "guest_id": guest.id})


def _bulk(planter, env):
    """A mailing to contacts and one to partners stand in the queue: the cron sends them."""
    partners = env["mailing.mailing"].create(
        {
            "subject": planter.mark("mailing.mailing", "subject"),
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
            "mailing_domain": "[('email', '!=', False)]",
            "body_html": f"<p>{planter.mark('mailing.mailing', 'body_html')}</p>",
            "email_from": mail(planter, "mailing.mailing", "email_from"),
            "reply_to_mode": "new",
            "reply_to": mail(planter, "mailing.mailing", "reply_to"),
        }
    )
    for mailing in partners + env["mailing.mailing"].browse(planter.row("mailing.mailing")):
        mailing.sudo(False).action_put_in_queue()


def _files(planter, env):
    """Files on a contact, on a ticket, and on nothing."""
    for values in (
        {"res_model": "res.partner", "res_id": planter.row("res.partner")},
        {"res_model": "helpdesk.ticket", "res_id": planter.row("helpdesk.ticket")},
        {},
    ):
        env["ir.attachment"].create(
            {
                "name": f"{planter.mark('ir.attachment', 'name')}.txt",
                "raw": planter.mark("ir.attachment", "raw").encode(),
                **values,
            }
        )


def _case(planter, env):
    planter.case()
