from odoo.exceptions import UserError

from odoo.addons.embassy_core.tests.common_directory import DirectoryCase

from .common import OutreachChapters


class RelationCase(OutreachChapters, DirectoryCase):
    """A shared parliament with two people in office, of whom the first chapter knows one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shared = {"company_id": False, "keeper_company_id": cls.chapter_a.id}
        cls.parliament = cls.institution(cls.env["res.partner"], "House of Examples", **shared)
        cls.member, cls.successor = (
            cls.person(cls.env["res.partner"], name, **shared)
            for name in ("Maria Samplesson", "Nils Nextinline")
        )
        cls.regime = cls.institution(
            cls.env["res.partner"],
            "Ministry of Fear",
            institution_type_id=cls.regime_type.id,
            email="fear@regime.example.org",
            **shared,
        )
        cls.topic = cls.env.ref("embassy_outreach.embassy_topic_prisoners")
        cls.relation = cls.relation_in(cls.env_a, cls.member)

    @classmethod
    def relation_in(cls, env, partner, **values):
        return env["embassy.relation"].create({"partner_id": partner.id, **values})

    def stance_in(self, relation, stance="supporter", **values):
        return relation.env["embassy.stance"].create(
            {
                "relation_id": relation.id,
                "topic_id": self.topic.id,
                "stance": stance,
                "evidence": "Voted for the motion",
                "source": "Minutes, item 4",
                **values,
            }
        )

    def assertGuarded(self):
        return self.assertRefused(UserError, "belongs to the regime")
