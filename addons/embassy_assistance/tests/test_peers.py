"""The helpdesk's own tests, run once more with our addons loaded.

They are made to run before addons that come later, so that alone they prove nothing about us.
Run with ``--test-tags peers``.
"""

from odoo.tests import tagged

from odoo.addons.helpdesk_mgmt.tests import (
    test_helpdesk_category_hierarchy,
    test_helpdesk_fetchmail,
    test_helpdesk_portal,
    test_helpdesk_ticket,
    test_helpdesk_ticket_team,
    test_js,
    test_res_partner,
)
from odoo.addons.helpdesk_mgmt_sla.tests import test_helpdesk_mgmt_sla

PEERS = (
    test_helpdesk_category_hierarchy.TestHelpdeskCategoryHierarchy,
    test_helpdesk_fetchmail.TestHelpdeskFetchmail,
    test_helpdesk_portal.TestHelpdeskPortal,
    test_helpdesk_ticket.TestHelpdeskTicket,
    test_helpdesk_ticket_team.TestHelpdeskTicketTeam,
    test_js.TestHelpdesMgmtJs,
    test_res_partner.TestPartner,
    test_helpdesk_mgmt_sla.TestHelpdeskMgmtSla,
)


def _again(peer):
    """The tests that the class itself brings, under our module's name."""
    own = {name: test for name, test in vars(peer).items() if name.startswith("test_")}
    made = type(f"Oca{peer.__name__}", (peer,), {**own, "__module__": __name__})
    return tagged("post_install", "-at_install", "-standard", "peers")(made)


globals().update({f"Oca{peer.__name__}": _again(peer) for peer in PEERS})
