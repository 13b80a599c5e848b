from . import test_access_matrix
from . import test_regime
from . import test_translations
from . import test_visit
