"""What each process registers when it starts."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

PRINT_REGISTERED = """
import json

import django

django.setup()

from blog.articles.actions.base import UNDO_HANDLERS
from blog.articles.changes import REACTIONS
from blog.base.registered import registered

reactions = [f"{react.__module__}.{react.__name__}" for react in REACTIONS]
models = [rows().model.__name__ for rows in (registered.held_updates, registered.public_tags)]
print(json.dumps([sorted(UNDO_HANDLERS), reactions, [*models, registered.old_sites.__module__]]))
"""


class TestEveryProcess:
    """A process that has set up Django, and imported nothing else."""

    @pytest.fixture(scope="class")
    @classmethod
    def registered(cls):
        command = [sys.executable, "-c", PRINT_REGISTERED]
        run = subprocess.run(  # noqa: S603 -- our own command
            command,
            cwd=settings.BASE_DIR,
            env=os.environ | {"GALLEY_EXTENSIONS": ""},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return json.loads(run.stdout)

    def test_can_undo_each_kind_of_row(self, registered):
        assert registered[0] == ["Assignment", "Correction", "PersonDecision", "Review", "Settlement"]

    def test_has_the_reactions_of_rooms_above(self, registered):
        """Without them, article checks would become outdated."""
        assert registered[1] == [
            "blog.review.findings.forget_trashed",
            "blog.review.cross_article_findings.refresh_changed_flags",
            "blog.review.proofs.check_changed",
            "blog.review.approval.renew_approvals",
            "blog.review.bulk_fixes.restore_findings",
            "blog.imports.undo.follow_locks",
        ]

    def test_finds_rows_of_rooms_above(self, registered):
        assert registered[2] == ["HeldUpdate", "Tag", "blog.imports.addresses"]
