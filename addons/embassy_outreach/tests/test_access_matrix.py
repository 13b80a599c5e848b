import itertools

from odoo.tests import tagged

from odoo.addons.embassy_core.tests.common import AccessMatrixCase

from .common import VisitChapters


@tagged("post_install", "-at_install")
class TestAccessMatrix(VisitChapters, AccessMatrixCase):
    addon = "embassy_outreach"
    numbers = itertools.count()

    def values_embassy_visit_kind(self, chapter):
        code = f"probe_{next(self.numbers)}"
        return {"company_id": chapter.id, "name": "Probe kind", "code": code}

    def values_embassy_topic(self, chapter):
        code = f"probe_{next(self.numbers)}"
        return {"company_id": chapter.id, "name": "Probe topic", "code": code}

    def values_embassy_reference(self, chapter):
        return {
            "company_id": chapter.id,
            "title": self._unique(),
            "issuer": "Probe council",
            "date": "2026-01-01",
            "url": "https://example.org/probe",
        }

    def values_embassy_briefing(self, chapter):
        return {
            "company_id": chapter.id,
            "title": self._unique(),
            "topic_id": self.env.ref("embassy_outreach.embassy_topic_documents").id,
        }

    def values_embassy_subscriber(self, chapter):
        return {
            "company_id": chapter.id,
            "email": f"probe{next(self.numbers)}@example.org",
            "language_id": self.env.ref("base.lang_en").id,
        }

    def values_embassy_briefing_claim(self, chapter):
        briefing = self.env["embassy.briefing"].create(self.values_embassy_briefing(chapter))
        return {"briefing_id": briefing.id, "text": self._unique()}

    def values_embassy_connection_kind(self, chapter):
        return {**self.values_embassy_topic(chapter), "inverse_name": "Probe"}

    def values_embassy_connection(self, chapter):
        return {
            "company_id": chapter.id,
            "first_id": self._person_of(chapter).id,
            "second_id": self._person_of(chapter).id,
            "kind_id": self.env.ref("embassy_outreach.embassy_connection_kind_knows").id,
            "source": "Probe",
        }

    def values_embassy_ask(self, chapter):
        return {"company_id": chapter.id, "name": "Probe", "user_id": False}

    def values_embassy_commitment(self, chapter):
        return {
            "company_id": chapter.id,
            "partner_id": self._person_of(chapter).id,
            "user_id": False,
            "quote": "Probe",
            "source": "Probe",
        }

    def values_embassy_meeting(self, chapter):
        event = self.env["calendar.event"].create(
            {
                "name": "Probe",
                "start": "2026-06-01 10:00:00",
                "stop": "2026-06-01 11:00:00",
                "company_id": chapter.id,
                "partner_ids": [],
            }
        )
        return {"event_id": event.id, "user_id": False}

    def values_embassy_meeting_point(self, chapter):
        meeting = self.env["embassy.meeting"].create(self.values_embassy_meeting(chapter))
        return {"meeting_id": meeting.id, "name": "Probe"}

    def values_embassy_godparent(self, chapter):
        return {
            "company_id": chapter.id,
            "partner_id": self._person_of(chapter).id,
            "prisoner_code": "P-1",
            "user_id": False,
        }

    def _person_of(self, chapter):
        return self.env["res.partner"].create(
            {"name": self._unique(), "directory_kind": "person", "company_id": chapter.id}
        )

    def values_embassy_relation(self, chapter):
        return {
            "company_id": chapter.id,
            "partner_id": self._person_of(chapter).id,
            "user_id": False,
        }

    def _relation_of(self, chapter):
        return self.env["embassy.relation"].create(self.values_embassy_relation(chapter))

    def values_embassy_stance(self, chapter):
        return {
            "relation_id": self._relation_of(chapter).id,
            "topic_id": self.env.ref("embassy_outreach.embassy_topic_prisoners").id,
            "stance": "neutral",
            "evidence": "Probe",
            "source": "Probe",
        }

    def values_embassy_programme_item(self, chapter):
        return self.item_values(self.visit_of(chapter))

    def values_embassy_delegate(self, chapter):
        return {"visit_id": self.visit_of(chapter).id, "name": "Probe"}

    def _topic(self):
        return self.env.ref("embassy_outreach.embassy_topic_sanctions")

    def values_embassy_appeal(self, chapter):
        return {"company_id": chapter.id, "subject": "Probe", "lang": "en_US"}

    def values_embassy_questionnaire(self, chapter):
        return {"company_id": chapter.id, "name": "Probe", "topic_id": self._topic().id}

    def values_embassy_questionnaire_question(self, chapter):
        values = self.values_embassy_questionnaire(chapter)
        questionnaire = self.env["embassy.questionnaire"].create(values)
        return {"questionnaire_id": questionnaire.id, "name": "Probe"}

    def values_embassy_questionnaire_answer(self, chapter):
        values = self.values_embassy_questionnaire_question(chapter)
        question = self.env["embassy.questionnaire.question"].create(values)
        party = self.env["res.partner"].create(
            {"name": "Probe", "directory_kind": "institution", "company_id": chapter.id}
        )
        return {"question_id": question.id, "party_id": party.id}

    def values_embassy_letter(self, chapter):
        return {"company_id": chapter.id, "subject": "Probe", "user_id": False}

    def values_embassy_letter_counter(self, chapter):
        year = 2000 + next(self.numbers)
        return {"company_id": chapter.id, "direction": "in", "year": year, "last": 1}

    def values_event_event(self, chapter):
        return self.visit_values(chapter)

    # Of other events than visits

    def _event_of(self, chapter):
        return self.visit_of(chapter, is_visit=False)

    def _unique(self):
        return f"Probe {next(self.numbers)}"

    def values_event_event_ticket(self, chapter):
        return {"name": "Probe", "event_id": self._event_of(chapter).id}

    def values_event_slot(self, chapter):
        day = {"date": "2026-06-02", "start_hour": 10, "end_hour": 11}
        return {"event_id": self._event_of(chapter).id, **day}

    def values_event_registration(self, chapter):
        return {"name": "Probe", "event_id": self._event_of(chapter).id}

    def _registration_of(self, chapter):
        registrations = self.env["event.registration"]
        return registrations.create(self.values_event_registration(chapter))

    def values_event_registration_answer(self, chapter):
        question = self.env.ref("event.event_question_name")
        return {
            "registration_id": self._registration_of(chapter).id,
            "question_id": question.id,
            "value_text_box": "Probe",
        }

    def _mail_values(self, chapter):
        template = self.env.ref("event.event_reminder")
        template_ref = f"mail.template,{template.id}"
        return {"event_id": self._event_of(chapter).id, "template_ref": template_ref}

    def values_event_mail(self, chapter):
        return self._mail_values(chapter)

    def values_event_mail_registration(self, chapter):
        registration = self._registration_of(chapter)
        scheduler = self.env["event.mail"].create(
            {**self._mail_values(chapter), "event_id": registration.event_id.id}
        )
        return {"scheduler_id": scheduler.id, "registration_id": registration.id}

    def values_event_mail_slot(self, chapter):
        slot = self.env["event.slot"].create(self.values_event_slot(chapter))
        scheduler = self.env["event.mail"].create(
            {**self._mail_values(chapter), "event_id": slot.event_id.id}
        )
        return {"scheduler_id": scheduler.id, "event_slot_id": slot.id}

    def _named(self, chapter):
        return {"name": self._unique(), "company_id": chapter.id}

    def values_event_type(self, chapter):
        return self._named(chapter)

    def _part_of_type(self, chapter):
        return {"event_type_id": self.env["event.type"].create(self._named(chapter)).id}

    def values_event_type_mail(self, chapter):
        template = self.env.ref("event.event_reminder")
        return {**self._part_of_type(chapter), "template_ref": f"mail.template,{template.id}"}

    def values_event_type_ticket(self, chapter):
        return {**self._part_of_type(chapter), "name": "Probe"}

    def values_event_question(self, chapter):
        return {"title": "Probe", "company_id": chapter.id}

    def values_event_question_answer(self, chapter):
        question = self.env["event.question"].create(self.values_event_question(chapter))
        return {"name": "Probe", "question_id": question.id}

    def values_event_stage(self, chapter):
        return self._named(chapter)

    def values_event_tag_category(self, chapter):
        return self._named(chapter)

    def values_event_tag(self, chapter):
        category = self.env["event.tag.category"].create(self._named(chapter))
        return {**self._named(chapter), "category_id": category.id}

    # Of mailings

    def values_mailing_list(self, chapter):
        return self._named(chapter)

    def values_mailing_contact(self, chapter):
        return self._named(chapter)

    def values_mailing_subscription(self, chapter):
        return {
            "list_id": self.env["mailing.list"].create(self._named(chapter)).id,
            "contact_id": self.env["mailing.contact"].create(self._named(chapter)).id,
        }

    def values_mailing_subscription_optout(self, chapter):
        return self._named(chapter)

    def values_mailing_filter(self, chapter):
        model = self.env["ir.model"]._get("res.partner")
        return {**self._named(chapter), "mailing_domain": "[]", "mailing_model_id": model.id}

    def values_mailing_mailing(self, chapter):
        model = self.env["ir.model"]._get("res.partner")
        return {
            "subject": self._unique(),
            "company_id": chapter.id,
            "user_id": False,
            "mailing_model_id": model.id,
        }

    def values_mailing_trace(self, chapter):
        mailing = self.env["mailing.mailing"].create(self.values_mailing_mailing(chapter))
        return {"mass_mailing_id": mailing.id, "model": "res.partner", "res_id": self.env.uid}

    def values_link_tracker(self, chapter):
        return {"url": f"https://example.org/{next(self.numbers)}", "company_id": chapter.id}

    def values_link_tracker_code(self, chapter):
        link = self.env["link.tracker"].create(self.values_link_tracker(chapter))
        return {"link_id": link.id, "code": self._unique()}

    def values_link_tracker_click(self, chapter):
        return {"link_id": self.env["link.tracker"].create(self.values_link_tracker(chapter)).id}

    def values_utm_campaign(self, chapter):
        return {"title": self._unique(), "company_id": chapter.id, "user_id": self.env.uid}

    def values_utm_source(self, chapter):
        return self._named(chapter)

    def values_utm_medium(self, chapter):
        return self._named(chapter)

    def values_utm_stage(self, chapter):
        return self._named(chapter)

    def values_utm_tag(self, chapter):
        return self._named(chapter)
