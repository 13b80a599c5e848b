from . import test_access_matrix
from . import test_chapter
from . import test_public_page
