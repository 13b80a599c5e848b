"""The fixtures of the tests that install our addons into an Odoo that is in use."""

from launcher.fixtures import *  # noqa: F403 - pytest finds fixtures by their names here
