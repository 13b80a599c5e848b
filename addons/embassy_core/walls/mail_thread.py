from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.documents import (
    HUNG,
    chapters_of,
    of_chapter,
    refuse_on_shared,
    shared_by_chapters,
)


class MailThread(models.AbstractModel):
    """Talk stays in the chapter: with whom, about whom, and what a search tells of it.

    A record that all chapters share has no talk; what core would write there by itself is left
    out, so that the record can be made and changed.
    """

    _inherit = "mail.thread"

    # With core's way a domain answers yes or no about messages that one does not see.
    message_ids = fields.One2many(bypass_search_access=False)
    website_message_ids = fields.One2many(bypass_search_access=False)

    def _compute_has_message(self):
        if self.env.su:
            return super()._compute_has_message()
        messages = self._messages_of_chapter(Domain("res_id", "in", self.ids))
        found = {id_ for (id_,) in self.env.execute_query(messages.select("res_id"))}
        for record in self:
            record.has_message = record.id in found
        return None

    @api.model
    def _search_has_message(self, operator, value):
        if self.env.su or operator != "in":
            return super()._search_has_message(operator, value)
        return [("id", "in", self._messages_of_chapter().subselect("res_id"))]

    @api.model
    def _messages_of_chapter(self, domain=Domain.TRUE):
        """Core asks whether there are messages as the system."""
        rule = self.env["ir.rule"]._compute_domain("mail.message", "read")
        # sudo: what the rule leaves
        messages_sudo = self.env["mail.message"].sudo()
        return messages_sudo._search(rule & Domain("model", "=", self._name) & domain)

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        if self.env.su or not self.env.user._is_internal() or operator in Domain.NEGATIVE_OPERATORS:
            return super()._search_message_partner_ids(operator, operand)
        Partner = self.env["res.partner"].with_context(active_test=False)
        if operator in ("any", "any!"):
            domain = operand if isinstance(operand, Domain) else Domain("id", "in", operand)
        elif operator in ("in", "="):
            domain = Domain("id", operator, operand)
        else:
            domain = Domain("display_name", operator, operand)
        # sudo: whether somebody follows, asked of people whom one sees and of records that the
        # search itself limits to those one sees
        followers_sudo = self.env["mail.followers"].sudo()
        followers = followers_sudo._search(
            [("res_model", "=", self._name), ("partner_id", "in", Partner._search(domain))]
        )
        return [("id", "in", followers.subselect("res_id"))]

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Core fails, each time in another way, where there is no token or no thread to compare."""
        # sudo: whether the thread has a token
        thread_sudo = self.sudo().browse(thread_id).exists()
        name = self._mail_post_token_field
        if name not in self._fields or not thread_sudo[name]:
            kwargs = {key: kwargs[key] for key in kwargs.keys() - {"token", "hash", "pid"}}
        return super()._get_thread_with_access(thread_id, **kwargs)

    def write(self, vals):
        result = super().write(vals)
        if self._mail_get_company_field() in vals:
            self._take_talk_along()
        return result

    def _compute_field_value(self, field):
        result = super()._compute_field_value(field)
        if field.store and field.name == self._mail_get_company_field():
            self.browse(self.ids)._take_talk_along()
        return result

    def _take_talk_along(self):
        """What hangs on documents moves with them to another chapter.

        What was said before a record is shared stays where it was said, and nothing may be left
        to do: that would show as its next step.
        """
        shared = shared_by_chapters(self)
        # sudo: whatever hangs on it, whoever sees it
        activities_sudo = self.env["mail.activity"].sudo()
        if shared and activities_sudo.search_count(
            [("res_model", "=", self._name), ("res_id", "in", shared.ids)], limit=1
        ):
            raise UserError(
                self.env._("There is still an activity to do on this record. Finish it first.")
            )
        chapters = chapters_of(self.env, ((self._name, id_) for id_ in self.ids))
        ids_of = {}
        for (_model, id_), chapter_id in chapters.items():
            ids_of.setdefault(chapter_id, []).append(id_)
        for table, model_field, column in HUNG if ids_of else ():
            model = table.replace("_", ".")
            self.env[model].flush_model([model_field, "res_id", column])
            for chapter_id, ids in ids_of.items():
                # One statement: a contact may have thousands of messages.
                self.env.cr.execute(
                    SQL(
                        """UPDATE %(table)s SET %(column)s = %(chapter)s
                           WHERE %(model_field)s = %(model)s AND res_id = ANY(%(ids)s)
                           AND %(column)s IS DISTINCT FROM %(chapter)s""",
                        table=SQL.identifier(table),
                        column=SQL.identifier(column),
                        chapter=chapter_id,
                        model_field=SQL.identifier(model_field),
                        model=self._name,
                        ids=ids,
                    )
                )
            self.env[model].invalidate_model([column])

    def _message_log_batch(self, bodies, *args, **kwargs):
        return super(MailThread, self - shared_by_chapters(self))._message_log_batch(
            bodies, *args, **kwargs
        )

    def _message_track(self, fields_iter, initial_values_dict):
        return super(MailThread, self - shared_by_chapters(self))._message_track(
            fields_iter, initial_values_dict
        )

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        return super(MailThread, self - shared_by_chapters(self))._message_auto_subscribe(
            updated_values, followers_existing_policy
        )

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        self._check_people(partner_ids)
        refuse_on_shared(self.env, ((self._name, id_) for id_ in self.ids if partner_ids))
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post(self, *, partner_ids=None, author_id=None, **kwargs):
        self._check_people([*(partner_ids or ()), author_id])
        return super().message_post(partner_ids=partner_ids, author_id=author_id, **kwargs)

    def message_notify(self, *, partner_ids=False, author_id=None, **kwargs):
        self._check_people([*(partner_ids or ()), author_id])
        return super().message_notify(partner_ids=partner_ids, author_id=author_id, **kwargs)

    @api.model
    def _check_people(self, partner_ids):
        """Core looks for these as the system, so it would write to people of other chapters."""
        ids = {id_ for id_ in partner_ids or () if isinstance(id_, int) and id_}
        if ids and ids != {self.env.user.partner_id.id}:
            self.env["res.partner"].browse(ids)._check_visible()

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Nobody is suggested who stands behind a wall, and such a one breaks no chatter."""
        if self.env.su:
            return super()._message_get_suggested_recipients_batch(*args, **kwargs)
        # sudo: core reads followers and authors, and raises if one of them is hidden
        threads_sudo = self.sudo()
        suggested = super(MailThread, threads_sudo)._message_get_suggested_recipients_batch(
            *args, **kwargs
        )
        ids = {item["partner_id"] for items in suggested.values() for item in items}
        Partner = self.env["res.partner"].with_context(active_test=False)
        seen = set(Partner._search([("id", "in", list(ids - {False}))])) | {False}
        return {
            id_: [item for item in items if item["partner_id"] in seen]
            for id_, items in suggested.items()
        }

    def _partner_find_from_emails(self, records_emails, *args, filter_found=None, **kwargs):
        """People of other chapters are not found by their address, and not taken for authors."""
        references = ((record._name, record.id) for record in self or records_emails)
        chapters = set(chapters_of(self.env, references).values())
        if len(chapters) == 1:
            chapter = self.env["res.company"].browse(chapters)
            filter_found = partial(_found_in, chapter, filter_found)
        return super()._partner_find_from_emails(
            records_emails, *args, filter_found=filter_found, **kwargs
        )

    def _message_parse_post_process(self, message, message_dict, routes):
        values = super()._message_parse_post_process(message, message_dict, routes)
        for route in routes or ():
            chapter = self._chapter_of_route(route)
            people = self.env["res.partner"].browse(values.get("partner_ids") or [])
            author = self.env["res.partner"].browse(values.get("author_id") or [])
            values["partner_ids"] = of_chapter(people, chapter).ids
            values["author_id"] = of_chapter(author, chapter).id
        return values

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Mail is handled in the chapter of the record or of the address, not in OdooBot's."""
        thread_id = False
        for model, res_id, custom_values, user_id, alias in routes or ():
            chapter = self._chapter_of_route((model, res_id, custom_values, user_id, alias))
            # sudo: whether who writes works there
            user_sudo = self.env["res.users"].sudo().browse(user_id or [])
            if chapter not in user_sudo.company_ids:
                user_id = self.env.uid
            thread_id = super(MailThread, self.with_company(chapter))._message_route_process(
                message, dict(message_dict), [(model, res_id, custom_values, user_id, alias)]
            )
        return thread_id

    @api.model
    def _chapter_of_route(self, route):
        model, res_id, _custom_values, _user_id, alias = route
        chapter_id = chapters_of(self.env, [(model, res_id)]).get((model, res_id))
        if chapter_id:
            return self.env["res.company"].browse(chapter_id)
        # sudo: the chapter alone
        alias_sudo = (alias or self.env["mail.alias"]).sudo()
        return alias_sudo.chapter_id or self.env.company


def _found_in(chapter, wanted, partner):
    return bool(of_chapter(partner, chapter)) and (wanted is None or wanted(partner))
