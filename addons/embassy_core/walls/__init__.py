"""Where the walls around models that are not ours stand, one file a wall.

Who sees which row stands in the files of rules beside it, one an area; here stands what no rule
can say. ``base`` refuses a value that names what one does not see, ``gate`` a call on it,
``ir_rule`` says both in one text. ``domains`` lets a search ask of nothing hidden.

A model of ours carries its own wall: the chapter column of ``embassy.chapter.mixin`` (or the
deliberate gap of ``embassy.shared.mixin``) and its global rule in ``security/``.
"""

from . import avatar_mixin
from . import base
from . import base_import_mapping
from . import base_partner_merge_automatic_wizard
from . import calendar_alarm
from . import calendar_controllers
from . import calendar_event
from . import calendar_event_type
from . import calendar_recurrence
from . import discuss_channel
from . import discuss_channel_member
from . import domains
from . import gate
from . import ir_attachment
from . import ir_binary
from . import ir_embedded_actions
from . import ir_exports
from . import ir_filters
from . import ir_http
from . import ir_model_data
from . import ir_rule
from . import ir_websocket
from . import mail_activity
from . import mail_activity_mixin
from . import mail_activity_type
from . import mail_alias
from . import mail_alias_mixin_optional
from . import mail_blacklist
from . import mail_canned_response
from . import mail_controllers
from . import mail_followers
from . import mail_guest
from . import mail_mail
from . import mail_message
from . import mail_scheduled_message
from . import mail_template
from . import mail_thread
from . import res_bank
from . import res_company
from . import res_partner
from . import res_partner_category
from . import res_users
