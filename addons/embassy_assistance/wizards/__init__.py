from . import embassy_case_close
