"""A process has loaded everything before its first request: the first ones come in several threads."""

import json
import subprocess
import sys

from tests.support.servers import ROOT, basic_environment

# Asks for pages in a process like that of a worker; prints which modules of ours and of Django that loads.
SCRIPT = """
import json, sys
from site_config.asgi import application
from site_config import start_up
from django.test import Client
start_up.start_up()
client, before, statuses = Client(SERVER_NAME="127.0.0.1"), set(sys.modules), []
for path in ("/health/", "/", "/archive/", "/search/?q=a", "/admin/login/", "/rss.xml", "/nothing/"):
    statuses.append(client.get(path).status_code)
new = [name for name in set(sys.modules) - before if name.split(".")[0] in ("blog", "site_config", "django")]
print(json.dumps([statuses, sorted(new)]))
"""


class TestStart:
    def test_leaves_nothing_to_load_for_the_first_requests(self, folder):
        done = subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env=basic_environment(folder),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        statuses, new = json.loads(done.stdout)
        assert set(statuses) <= {200, 404}
        assert new == []
