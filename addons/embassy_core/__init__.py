from . import controllers
from . import egress
from . import login
from . import models
from . import walls
from . import wizards
from .hooks import post_init_hook, pre_init_hook, uninstall_hook
