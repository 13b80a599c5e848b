from . import auth_passkey_key
from . import auth_totp_device
from . import controllers
from . import ir_http
from . import res_company
from . import res_users
from . import res_users_apikeys
