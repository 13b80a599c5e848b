from . import embassy_contact_assign
from . import embassy_contact_assign_line
from . import embassy_contact_import
from . import embassy_contact_import_column
from . import embassy_contact_import_line
from . import embassy_parliament_import
from . import embassy_parliament_import_line
from . import embassy_popolo_export
