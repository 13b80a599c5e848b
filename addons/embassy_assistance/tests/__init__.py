from . import test_access_matrix
from . import test_case
from . import test_case_list
from . import test_case_wall
from . import test_peers
from . import test_promise
from . import test_translations
from . import test_wall_helpdesk
