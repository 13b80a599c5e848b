"""What would connect to other servers is off or refused here, one file a model.

A stranger's server that is asked learns that the embassy exists, and who in it does what.
"""

from . import base_import_import
from . import controllers
from . import ir_actions_server
from . import ir_config_parameter
from . import ir_http
from . import ir_module_module
from . import ir_qweb_field_image
from . import mail_push_device
from . import publisher_warranty_contract
from . import res_config_settings
