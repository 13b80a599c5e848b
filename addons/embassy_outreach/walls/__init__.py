"""Where events and mailings are walled, one file a model that is not ours.

Who sees which row stands in ``security/``; here stands what is refused.
"""

from . import event_registration
from . import mailing_contact
from . import mailing_list
from . import mailing_mailing
from . import mailing_subscription
