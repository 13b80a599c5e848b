from . import embassy_leaky
from . import embassy_leaky_box
from . import embassy_leaky_liar
from . import embassy_leaky_oracle
from . import ir_websocket
