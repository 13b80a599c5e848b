from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OutreachChapters


@tagged("post_install", "-at_install")
class TestTopic(OutreachChapters):
    def test_shared_topics_are_read_and_kept_by_the_federation(self):
        shared = self.env.ref("embassy_outreach.embassy_topic_prisoners")
        self.assertSeen(shared, self.env_a)
        for role in ("outreach_officer", "coordinator"):
            mine = self.as_user(shared, self.user_a[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                mine.name = "Other words"
        self.as_user(shared, self.user_a["federation"]).name = "Prisoners"

    def test_own_topic_stays_in_its_chapter(self):
        topics = self.as_user(self.env["embassy.topic"], self.user_a["coordinator"])
        topic = topics.create({"name": "School", "code": "school"})
        self.assertEqual(topic.company_id, self.chapter_a)
        self.assertSeen(topic, self.env_a)
        self.assertHidden(topic)
