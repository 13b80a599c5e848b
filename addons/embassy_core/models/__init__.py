from . import embassy_chapter_mixin
from . import embassy_shared_mixin
from . import embassy_channel
from . import embassy_emergency_number
from . import embassy_reception_hour
from . import embassy_service
from . import ir_ui_menu
from . import res_company
