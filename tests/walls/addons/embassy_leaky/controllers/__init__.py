from . import leaky
