"""A killed job of search and replace leaves nothing half, and is done once if repeated."""

import pytest

from tests.integration.test_killed import Act, kill_and_repeat

REPLACING = Act("""
from blog.extensions.replacement.search import Replacement, Subject
from blog.extensions.replacement.changes import preview_replacement
from blog.extensions.replacement.jobs import start_replacement
replacement = Replacement(Subject.WORDS, "Acme Cloud", "Globex")
shown = preview_replacement(replacement, articles)
start_replacement(user, replacement, shown.versions, [row.key for row in shown.rows])
""")


@pytest.mark.both_databases(only_long=True)
def test_a_kill_leaves_nothing_half_and_nothing_twice(new_site, tmp_path):
    kill_and_repeat("search and replace", REPLACING, new_site, tmp_path)
