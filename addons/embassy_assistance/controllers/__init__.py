from . import helpdesk
from . import intake
from . import receipt
from . import sealed_case
