from . import embassy_narrow_mixin
from . import embassy_delegate
from . import embassy_programme_item
from . import embassy_topic
from . import embassy_reference
from . import embassy_visit_kind
from . import event_event
