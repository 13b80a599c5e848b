"""Where events and mailings are walled, one file a model that is not ours.

Who sees which row stands in ``event_rules.xml`` and ``mailing_rules.xml``; here stands what no
rule can say.
"""

from . import digest_controllers
from . import event_controllers
from . import event_event
from . import event_mail
from . import event_mail_registration
from . import event_question
from . import event_question_answer
from . import event_registration
from . import event_registration_answer
from . import event_stage
from . import event_tag
from . import event_tag_category
from . import event_type
from . import event_type_mail
from . import event_type_ticket
from . import link_tracker
from . import link_tracker_code
from . import mail_mail
from . import mailing_contact
from . import mailing_controllers
from . import mailing_filter
from . import mailing_list
from . import mailing_mailing
from . import mailing_subscription
from . import mailing_subscription_optout
from . import mailing_trace
from . import mailing_trace_report
from . import utm_campaign
from . import utm_medium
from . import utm_source
from . import utm_stage
from . import utm_tag
from . import fetchmail_server
from . import mail_alias
