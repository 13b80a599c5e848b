from . import test_access_matrix
from . import test_regime
from . import test_translations
from . import test_visit
from . import test_wall_event
from . import test_wall_mailing
from . import test_wall_mailing_public
from . import test_wall_random
