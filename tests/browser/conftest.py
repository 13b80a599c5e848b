"""The fixtures of the browser tests: `server`, `logins`, `page`, `screens`."""

from launcher.fixtures import *  # noqa: F403 - pytest finds fixtures by their names here
