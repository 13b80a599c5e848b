from . import test_access_matrix
from . import test_chapter
from . import test_public_page
from . import test_institution
from . import test_mandate
from . import test_directory_search
from . import test_directory_guard
from . import test_parliament_import
