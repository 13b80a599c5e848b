from . import public
from . import sealed
from . import unreachable
