from . import briefings
from . import subscription
