"""Where cases are walled, one file a model that is not ours.

Who sees which row stands in the file of rules beside it; here stands what a case refuses.
"""

from . import calendar_event
from . import helpdesk_sla
from . import helpdesk_ticket
from . import helpdesk_ticket_category
from . import helpdesk_ticket_channel
from . import helpdesk_ticket_sla
from . import helpdesk_ticket_stage
from . import helpdesk_ticket_tag
from . import helpdesk_ticket_team
from . import ir_attachment
from . import mail_activity
from . import mail_alias
from . import mail_followers
from . import mail_message
from . import mail_scheduled_message
from . import mail_thread
