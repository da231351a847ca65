"""A web process does not load what only limited processes run."""

import os
import subprocess
import sys

from django.conf import settings

ONLY_IN_THE_SANDBOX = {
    "blog.documents.claims.claim",
    "blog.documents.findings.all_rules",
    "blog.documents.rendering.markdown",
    "blog.extensions.generators.hugo",
    "blog.extensions.sources.evidence",
    "blog.extensions.systems.ghost",
    "blog.sandbox.texts",
}


def test_a_web_process_loads_nothing_that_only_the_sandbox_runs(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", "import sys, site_config.asgi; print(*sys.modules)"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"GALLEY_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert ONLY_IN_THE_SANDBOX.isdisjoint(run.stdout.split())
