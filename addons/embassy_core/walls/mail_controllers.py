from odoo.http import request, route

from odoo.addons.mail.controllers.thread import ThreadController


class WalledThread(ThreadController):
    """A thread that one does not see is as one that is not there."""

    @route()
    def mail_thread_messages(self, thread_model, thread_id, fetch_params=None):
        self._check_thread(thread_model, thread_id)
        return super().mail_thread_messages(thread_model, thread_id, fetch_params)

    @route()
    def mail_thread_partner_from_email(self, thread_model, thread_id, emails):
        if thread_id:
            self._check_thread(thread_model, thread_id)
        return super().mail_thread_partner_from_email(thread_model, thread_id, emails)

    @classmethod
    def _check_thread(cls, thread_model, thread_id):
        """Without a thread core goes on with all that one may read, or with what it finds.

        :raise NotFound: the same for threads of others and for those that are not there
        """
        if not cls._get_thread_with_access(thread_model, thread_id, mode="read"):
            raise request.not_found()
