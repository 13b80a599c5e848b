from . import public
from . import sealed
