import re
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from .test_intake import IntakeCase

MOST_QUERIES = 12


@tagged("post_install", "-at_install")
class TestIntakeCost(IntakeCase):
    """What a request costs the database, whatever the machine."""

    def test_queries_of_a_request(self):
        """Caches are warm, as in a worker that runs; the commit and the savepoints of tests are
        none of the request."""
        small = [("a.txt", "Прывітанне".encode())]
        self.assertTrue(self.digits(self.send(files=small)))
        fields = self.fields()
        seen, real = [], Cursor.execute

        def spied(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if not re.match(r"\s*(SAVEPOINT|RELEASE|ROLLBACK)", text):
                seen.append(" ".join(text.split()))
            return real(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", spied):
            response = self.send(fields, small)
        self.assertTrue(self.digits(response))
        self.assertGreater(len(seen), 4)
        self.assertLessEqual(len(seen), MOST_QUERIES, "\n".join(seen))
