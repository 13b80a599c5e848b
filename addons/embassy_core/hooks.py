import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL

from .egress.ir_module_module import REFUSED
from .tools.documents import put_standing_rows_in_chapters

# Contacts of the system itself: they send automatic messages to everybody.
SYSTEM_CONTACTS = ("base.partner_root", "base.public_partner")
# Rules of core whose place ours take.
CORE_RULES = ("base.res_partner_rule", "base.res_users_rule")


def pre_init_hook(env):
    """Refuse to stand beside modules that leak, and have the extension for mandates.

    The database refuses overlapping mandates by ``btree_gist``. PostgreSQL 13 and later let the
    owner of a database create it; where an older set-up does not, say so before a table is made
    without its guard.
    """
    leaking = env["ir.module.module"].search(
        [("name", "in", list(REFUSED)), ("state", "in", ("installed", "to upgrade"))]
    )
    if leaking:
        raise UserError(
            env._(
                "Uninstall %(modules)s first: it keeps or sends what people wrote, outside the"
                " walls between chapters.",
                modules=", ".join(leaking.mapped("name")),
            )
        )
    try:
        with env.cr.savepoint():
            env.cr.execute(SQL("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    except psycopg2.Error as error:
        raise UserError(
            env._(
                "The database needs the extension btree_gist. Ask who runs PostgreSQL to enter"
                " CREATE EXTENSION btree_gist; in this database, then install again."
            )
        ) from error


def post_init_hook(env):
    """Put the contacts that stand already where they belong, and what hangs on them.

    Behind the wall a contact without a chapter is seen by nobody. Contacts of chapters and of
    people are told by these; all others belong to the only chapter. Where there are several, an
    administrator is asked by the step that opens after installation.
    """
    for xmlid in SYSTEM_CONTACTS:
        env.ref(xmlid).write({"is_shared": True, "company_id": False})
    companies = env["res.company"].with_context(active_test=False).search([])
    companies._put_partners_in_chapters()
    env["res.users"].with_context(active_test=False).search([])._put_partners_in_chapters()
    Assign = env["embassy.contact.assign"]
    if len(companies) == 1:
        Assign._assign(companies)
    else:
        Assign._assign_by_owner()
    if not Assign._homeless_count():
        env.ref("embassy_core.ir_actions_todo_contact_assign").state = "done"
    put_standing_rows_in_chapters(env)


def uninstall_hook(env):
    """Without our walls, core's own stand again."""
    for xmlid in CORE_RULES:
        env.ref(xmlid).active = True
