from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

# Bytes of pieces that are written by one statement.
TOGETHER = 256 * 1024

KINDS = [
    ("story", "Story"),
    ("answer", "Answer"),
    ("reply", "Reply"),
    ("file", "File"),
    ("note", "Note"),
]

# Whoever holds the receipt sees a reply so long, if it is not read before.
REPLY_DAYS = 14


class EmbassyCaseItem(models.Model):
    """Something sealed that was told in a case: what a list shows of it before it is opened.

    The content stands in pieces in a table of its own, which the ORM does not know: through a
    field, 20 MB would pass memory many times.
    """

    _name = "embassy.case.item"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Sealed content of a case"
    _order = "id desc"
    _log_access = False

    case_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    uuid = fields.Char(required=True, groups=NO_ACCESS)
    kind = fields.Selection(KINDS, required=True)
    direction = fields.Selection(
        [
            ("from_asker", "From the person"),
            ("to_asker", "To the person"),
            ("staff", "Among staff"),
        ],
        required=True,
    )
    month = fields.Date(required=True, help="The first day stands for the month.")
    revision = fields.Integer(required=True, default=0)
    piece_count = fields.Integer(required=True)
    size = fields.Integer(required=True, help="Bytes, rounded up to one of few sizes.")
    is_read = fields.Boolean("Read by the person")
    date_gone = fields.Date(
        index="btree_not_null",
        help="From this day on the person does not see the reply any more.",
    )

    _uuid_unique = models.UniqueIndex("(uuid)")
    _only_month = models.Constraint(
        "CHECK (EXTRACT(day FROM month) = 1)", "Of the time only the month is kept."
    )

    def init(self):
        """The table of pieces. Ciphertext does not compress: EXTERNAL spares the attempt."""
        self.env.cr.execute(
            SQL(
                """CREATE TABLE IF NOT EXISTS embassy_case_item_piece (
                    item_id integer NOT NULL REFERENCES embassy_case_item ON DELETE CASCADE,
                    number integer NOT NULL,
                    data bytea NOT NULL,
                    PRIMARY KEY (item_id, number));
                ALTER TABLE embassy_case_item_piece ALTER COLUMN data SET STORAGE EXTERNAL"""
            )
        )

    @api.model
    def _unread(self, case_id):
        """What the person was answered in a case and still sees (sudo, oldest first)."""
        # sudo: the caller holds the receipt
        items_sudo = self.sudo()
        return items_sudo.search(
            [
                ("case_id", "=", case_id),
                ("kind", "=", "reply"),
                ("is_read", "=", False),
                ("date_gone", ">", fields.Date.today()),
            ],
            order="id",
        )

    @api.model
    def _forget_days(self):
        """Empty the days that have come: what nobody needs is not kept."""
        # sudo: the clock forgets for all chapters
        items_sudo = self.sudo()
        items_sudo.search([("date_gone", "<=", fields.Date.today())]).date_gone = False

    @api.model
    def _store(self, pieces_of):
        """Put the pieces of new items where they belong.

        Small pieces go together. Of a large file a piece is written before the next is sealed.

        :param pieces_of: dict of id of an item to its pieces (iterable of sealed bytes)
        """
        rows, size = [], 0
        for item_id, pieces in pieces_of.items():
            for number, data in enumerate(pieces):
                if rows and size + len(data) > TOGETHER:
                    self._insert_pieces(rows)
                    rows, size = [], 0
                rows.append((item_id, number, data))
                size += len(data)
        self._insert_pieces(rows)

    @api.model
    def _insert_pieces(self, rows):
        """Add rows of item, number and sealed bytes. What fails is not logged with its values."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO embassy_case_item_piece (item_id, number, data) VALUES %s",
                SQL(", ").join(SQL("%s", row) for row in rows),
            ),
            log_exceptions=False,
        )

    def _replace(self, sealed):
        """Put an item that was sealed anew (`SealedItem`) in the place of what it was."""
        self.ensure_one()
        self.env.cr.execute(
            SQL("DELETE FROM embassy_case_item_piece WHERE item_id = %s", self.id)
        )
        self.revision = sealed.revision
        self._store({self.id: sealed.pieces})

    def _pieces(self):
        """Yield the sealed pieces (bytes) in their order."""
        self.ensure_one()
        for number in range(self.piece_count):
            self.env.cr.execute(
                SQL(
                    "SELECT data FROM embassy_case_item_piece WHERE item_id = %s AND number = %s",
                    self.id,
                    number,
                )
            )
            for (data,) in self.env.cr.fetchall():
                yield bytes(data)
