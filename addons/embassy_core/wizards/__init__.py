from . import embassy_parliament_import
from . import embassy_parliament_import_line
