from . import embassy_appeal_choose
from . import embassy_letter_book
from . import embassy_relation_handover
from . import mail_compose_message
