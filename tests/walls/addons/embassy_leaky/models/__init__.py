from . import embassy_leaky
from . import embassy_leaky_oracle
