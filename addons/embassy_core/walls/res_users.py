from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessDenied, UserError
from odoo.tools import SQL


class ResUsers(models.Model):
    """The contact behind a person is where the person works.

    One chapter: the contact belongs to it. Several: to none, and the rule shows it to the people
    of each of them.
    """

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        partner_ids = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        self.env["res.partner"].browse(partner_ids)._leave_chapter()
        users = super().create(vals_list)
        users._put_partners_in_chapters()
        return users

    def write(self, vals):
        moving = "company_ids" in vals or "company_id" in vals
        before = {user.id: user.company_ids for user in self} if moving else {}
        if moving or "partner_id" in vals:
            self.partner_id._leave_chapter()
        result = super().write(vals)
        if moving or "partner_id" in vals:
            self._put_partners_in_chapters()
        if not self.env.su and any(
            before[user.id] and not before[user.id] & user.company_ids for user in self if before
        ):
            raise UserError(
                self.env._(
                    "People do not move between chapters: what they wrote stays where it is."
                    " Archive this account and make a new one in the other chapter."
                )
            )
        return result

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Who made or changed a shared record is told to the people of that person's chapter.

        Core computes names of references as the system, so no rule hides them.
        """
        super()._compute_display_name()
        if self.env.uid == SUPERUSER_ID:
            return
        chapters = set(self.env.user._get_company_ids())
        for user in self:
            # sudo: the chapters of a person, of whom only the name is hidden or shown
            user_sudo = user.sudo()
            # The default chapter is read along with the name: no query more for one's own people.
            if (
                user_sudo.company_id.id not in chapters
                and not chapters & set(user_sudo.company_ids.ids)
                and user.id not in (self.env.uid, SUPERUSER_ID)
            ):
                user.display_name = self.env._("Somebody of another chapter")

    def _put_partners_in_chapters(self):
        # sudo: all accounts of a contact, archived ones and those of other chapters too
        partners_sudo = self.sudo().with_context(active_test=False).partner_id
        for partner_sudo in partners_sudo:
            chapters = partner_sudo.user_ids.company_ids
            wanted = chapters if len(chapters) == 1 else chapters.browse()
            if partner_sudo.is_shared:
                wanted = chapters.browse()
            if partner_sudo.company_id != wanted:
                partner_sudo.company_id = wanted
        # The rule on contacts names people of several chapters by id, and rules are cached.
        self.env.registry.clear_cache()

    def _partner_ids_beyond_chapters(self, company_ids):
        """Contacts that this person sees though they belong to no chapter (list of int).

        One's own, and those of people who work in several chapters, of which one is given. For
        record rules.
        """
        self.ensure_one()
        self.flush_model(["company_ids", "partner_id"])
        self.partner_id.flush_model(["company_id"])
        self.env.cr.execute(
            SQL(
                """SELECT partner.id FROM res_partner partner
                JOIN res_users account ON account.partner_id = partner.id
                JOIN res_company_users_rel works ON works.user_id = account.id
                WHERE works.cid IN %s AND partner.company_id IS NULL""",
                tuple(company_ids) or (None,),
            )
        )
        return sorted({self.partner_id.id, *(id_ for (id_,) in self.env.cr.fetchall())})

    def _chapter_keys(self, company_ids):
        """Values of ``chapter_key`` of the contacts that this person sees (list of int)."""
        return [*company_ids, 0, *(-id_ for id_ in self._partner_ids_beyond_chapters(company_ids))]

    def has_group(self, group_ext_id):
        """Editors of templates write words and simple placeholders, as everybody.

        Odoo lets them write programs, which the system runs when a mail is made: such a one reads
        any chapter. Who may do that stands above the walls anyway.
        """
        found = super().has_group(group_ext_id)
        if found and group_ext_id == "mail.group_mail_template_editor":
            return super().has_group("base.group_system")
        return found

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        """Refuse the calls of ``/xmlrpc`` and ``/jsonrpc``, which no gate of ours stands before."""
        raise AccessDenied(self.env._("This server takes no calls from other programs."))
