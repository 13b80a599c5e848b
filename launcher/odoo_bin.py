"""A real script file that starts Odoo: its workers start the file again by its path.

The folder with the package `odoo` comes first in EMBASSY_ODOO, so that the OCA addons that pip
put below `odoo/addons` do not hide it.
"""

import os
import sys


def main() -> None:
    """Run Odoo's command line."""
    sys.path[0] = os.environ["EMBASSY_ODOO"]
    import odoo.cli

    odoo.cli.main()


if __name__ == "__main__":
    main()
