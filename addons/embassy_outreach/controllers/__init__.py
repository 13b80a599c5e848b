from . import briefings
