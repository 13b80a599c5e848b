"""Takes walls of the addons away before Odoo's own tests run (see `core_suites.py`).

A wall is an override in a folder `walls/`, named "package.module:Class.method" in EMBASSY_DROP,
where a comma stands between several. What it overrides is called instead, so that the addon works
as if nobody had written it.
"""

import importlib
import os


def drop_when_loaded() -> None:
    """Have Odoo load the addons of the named overrides without these."""
    from odoo.modules import module

    walls = [wall.split(":") for wall in os.environ["EMBASSY_DROP"].split(",")]
    load = module.load_openerp_module

    def loading(name):
        load(name)
        for where, method in walls:
            if name == where.split(".")[2]:
                class_name, _dot, method_name = method.partition(".")
                _drop(getattr(importlib.import_module(where), class_name), method_name)

    module.load_openerp_module = loading
    from odoo.modules import loading as caller

    caller.load_openerp_module = loading


def _drop(cls: type, name: str) -> None:
    """Put a function that calls the overridden one in the place of a method."""

    def overridden(self, *args, **kwargs):
        return getattr(super(cls, self), name)(*args, **kwargs)

    original = vars(cls)[name]
    if isinstance(original, classmethod):
        setattr(cls, name, classmethod(overridden))
    else:
        overridden.__dict__.update(original.__dict__)  # what Odoo's decorators left there
        setattr(cls, name, overridden)
