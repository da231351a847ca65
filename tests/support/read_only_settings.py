"""The settings of server_settings.py with a read-only database connection."""

from tests.support.server_settings import *  # noqa: F403 -- all of them are meant
from tests.support.server_settings import DATABASES

_options = DATABASES["default"]["OPTIONS"]
if "init_command" in _options:
    _options["init_command"] += "PRAGMA query_only=ON;"
else:
    _options["options"] = "-c default_transaction_read_only=on"
