"""The settings of server_settings.py with a password hasher that a test can block.

Each check of a password appends a line to the file "looked" in the folder GALLEY_TEST_GATE, and then waits
while a file "closed" exists there.
"""

import os
import time
from pathlib import Path

from django.contrib.auth.hashers import MD5PasswordHasher

from tests.support.server_settings import *  # noqa: F403 -- all of them are meant

GATE = Path(os.environ["GALLEY_TEST_GATE"])
PASSWORD_HASHERS = ["tests.support.slow_login_settings.GatedHasher"]


class GatedHasher(MD5PasswordHasher):
    algorithm = "gated"

    def verify(self, password, encoded):
        with (GATE / "looked").open("a") as looked:
            looked.write(f"{password}\n")
        while (GATE / "closed").exists():
            time.sleep(0.02)
        return super().verify(password, encoded)
