from odoo import api, fields, models
from odoo.tools import SQL


class EmbassyChapterMixin(models.AbstractModel):
    """Everything that belongs to one chapter.

    The column is required, so that the chapter's global record rule turns into a plain
    ``company_id IN (…)`` that an index serves, and no row is ever everybody's by accident.
    Each model that inherits this declares its global rule in the addon's rules file; a test
    compares the two.
    """

    _name = "embassy.chapter.mixin"
    _inherit = ["embassy.wall.mixin"]
    _description = "Belongs to one chapter"
    _check_company_auto = True
    # Columns that name whose a row is; the first that is filled counts.
    _owner_columns = ("create_uid",)

    company_id = fields.Many2one(
        "res.company",
        "Chapter",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        ondelete="restrict",
    )

    @api.model
    def _with_chapter_of(self, vals_list, field):
        """Values of parts of something, with the chapter of the whole that they name.

        :param vals_list: list of dict, left as they are
        :param field: name of the many2one to the whole
        :return: list of dict; values that name no whole stay the same
        """
        # sudo: only the chapter of the whole, which the rule on the row then checks
        wholes_sudo = self.env[self._fields[field].comodel_name].sudo()
        return [
            {**vals, "company_id": wholes_sudo.browse(vals[field]).company_id.id}
            if vals.get(field)
            else vals
            for vals in vals_list
        ]

    def _init_column(self, column_name):
        """Rows that stood before the walls belong where their owner works."""
        if column_name == "company_id" and self._log_access:
            table = SQL.identifier(self._table)
            self.env.cr.execute(
                SQL(
                    """UPDATE %(table)s SET company_id = owner.company_id FROM res_users owner
                       WHERE %(table)s.company_id IS NULL AND owner.id = COALESCE(%(columns)s)""",
                    table=table,
                    columns=SQL(", ").join(
                        SQL.identifier(self._table, column) for column in self._owner_columns
                    ),
                )
            )
        return super()._init_column(column_name)
