"""Without receivers of the signals, article checks would become outdated."""

import subprocess
import sys

from django.conf import settings

PRINT_RECEIVERS = """
import django

django.setup()

from blog.articles.actions.models import UndoableAction
from blog.articles.signals import flags_changed, trashed, undone, words_changed

for signal in (words_changed, flags_changed, trashed, undone):
    found = signal.send(None, keys=[], action=UndoableAction())
    print([f"{receiver.__module__}.{receiver.__name__}" for receiver, _ in found])
"""


def test_each_signal_has_its_receivers_as_soon_as_django_is_set_up():
    command = [sys.executable, "-c", PRINT_RECEIVERS]
    run = subprocess.run(  # noqa: S603 -- our own command
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout.splitlines() == [
        "['blog.review.proofs.check_changed']",
        "['blog.review.cross_article_findings.refresh_changed_flags']",
        "['blog.review.findings.forget_trashed']",
        "['blog.review.bulk_fixes.restore_findings', 'blog.review.renewal.renew_approvals']",
    ]
