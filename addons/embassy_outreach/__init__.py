from . import models
from . import walls
