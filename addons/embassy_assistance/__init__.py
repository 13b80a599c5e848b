from . import controllers
from . import models
from . import walls
from . import wizards
