"""Who reads the code of a page need not read all of Galley, and a web process does not load all of it."""

import os
import subprocess
import sys

import grimp
import pytest
from django.conf import settings


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("blog", "site_config", exclude_type_checking_imports=True, cache_dir=None)


@pytest.mark.parametrize(
    ("module", "most"),
    [
        ("blog.reader.views.articles", 150),
        ("blog.reader.views.home", 150),
        ("blog.desk.articles.admin", 260),
    ],
)
def test_a_page_needs_few_modules(module, most, graph):
    assert len(graph.find_upstream_modules(module)) < most


ONLY_IN_THE_SANDBOX = {
    "blog.documents.claims.claim",
    "blog.documents.findings.rules",
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
