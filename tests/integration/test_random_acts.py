"""Random acts of an editor on articles, and undo: afterwards, the export has the same bytes as before.

With GALLEY_TEST_LONG=1, GALLEY_TEST_ARTICLES may name a folder of Markdown files to use, and GALLEY_TEST_SEED
chooses other acts.
"""

import os
import random
from pathlib import Path

import pytest

from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.changes import changing
from blog.articles.undoable import UndoableAction
from blog.documents.findings.fixes import fixes_for
from blog.documents.findings.kinds import FindingKind
from blog.exports.articles import export_articles
from blog.imports.report import ImportOptions
from blog.imports.run import import_articles
from blog.models import Article, Finding, MarkResolution, Person
from blog.review.bulk_fixes import BulkFix, apply_fix
from blog.review.contact_sheet import contact_sheet
from blog.review.image_decisions import ImageEdits, decide_images
from blog.review.marks import list_marks
from blog.review.passages import paragraph_at
from blog.review.people import mark_invented, mark_real, reopen
from blog.review.removal import plan_text_removal
from tests.support.durations import ACTS, ARTICLES_ACTED_ON
from tests.support.proofs import resolve
from tests.support.seed_dialect import write_articles

ACTS_IN_A_ROUND = 40  # fewer than actions of a user are kept for undo
ARTICLES_OF_A_FIX = 10
ALT_TEXTS = ("", "A harbour.", "Two “boats” [at] *low* tide\\")
SHARE_OF_EDITS = 0.3  # of the images of a sheet; the user looks at the others

pytestmark = pytest.mark.django_db


class Editor:
    """An editor who acts on articles at random. An act is a function without arguments, to be repeated."""

    def __init__(self, user, chance):
        self.user, self.chance = user, chance
        self.undone = []
        self.done = []

    def act(self):
        choice = self.chance.choice(
            ("remove", "remove", "rewrite", "settle", "fix", "decide", "describe", "undo", "redo")
        )
        if choice == "undo":
            self.undo_latest()
        elif choice == "redo":
            self.carry_out(self.undone.pop() if self.undone else None)
        else:
            self.carry_out(getattr(self, choice)())

    def carry_out(self, act):
        if act is not None:
            before = latest_undoable(self.user)
            act()
            self.done += [act] if latest_undoable(self.user) != before else []

    def undo_latest(self):
        if action := latest_undoable(self.user):
            assert undo(self.user, action.pk) is not None, action.sentence
            assert latest_undoable(self.user) != action, action.sentence
            self.undone.append(self.done.pop())

    def undo_all(self):
        while latest_undoable(self.user):
            self.undo_latest()
        self.undone.clear()

    def remove(self):
        article, mark = self.mark()
        return mark and (lambda: self.change(article, mark, MarkResolution.Outcome.TAKEN_OUT))

    def rewrite(self):
        article, mark = self.mark()
        return mark and (lambda: self.change(article, mark, MarkResolution.Outcome.REWRITTEN))

    def change(self, key, mark, outcome):
        article = Article.objects.get(pk=key)
        now = next(
            (each for each in list_marks(article) if each.key == mark and each.start is not None), None
        )
        if now is None:
            return
        start, end = paragraph_at(article.body, now.start)
        removal = plan_text_removal(article.body, [now])
        rewritten = article.body[:start] + "Rewritten.\n\n- in “two” parts" + article.body[end:]
        body = removal.body if outcome == MarkResolution.Outcome.TAKEN_OUT else rewritten
        with changing(by=self.user, undoable=UndoableAction()):
            resolve(article, mark, outcome, "", self.user)
            edit_articles(
                self.user,
                {key: article.lock_version},
                {key: {"body": body}},
                "{} changed".format,
            )

    def settle(self):
        key, mark = self.mark()
        outcome = self.chance.choice(("source", "no_claim"))

        def act():
            article = Article.objects.get(pk=key)
            if any(
                each.key == mark and each.is_claim and not each.is_removed for each in list_marks(article)
            ):
                resolve(article, mark, outcome, "A book", self.user)

        return mark and act

    def fix(self):
        articles = self.articles(ARTICLES_OF_A_FIX)
        kinds = Finding.objects.filter(article__in=articles).values_list("kind", flat=True).distinct()
        fixes = [(kind, fix) for kind in sorted(kinds) for fix in fixes_for(FindingKind(kind))]
        if not fixes:
            return None
        kind, fix = self.chance.choice(fixes)
        keys = [article.pk for article in articles]

        def act():
            seen = dict(Article.objects.filter(pk__in=keys).values_list("pk", "lock_version"))
            apply_fix(self.user, BulkFix("batch:1", FindingKind(kind), fix), seen)

        return act

    def decide(self):
        for article in self.articles(ARTICLES_OF_A_FIX):
            list_marks(article)
        people = list(Person.objects.order_by("pk"))
        if not people:
            return None
        person, answer = self.chance.choice(people).pk, self.chance.choice((mark_invented, mark_real, reopen))
        source = ("A book",) if answer is mark_real else ()
        return lambda: answer(self.user, Person.objects.get(pk=person), *source)

    def describe(self):
        """Write an alt text for some images of a contact sheet, and look at others."""
        keys = [article.pk for article in self.articles(ARTICLES_OF_A_FIX)]
        shown = [image.key for image in contact_sheet(Article.objects.filter(pk__in=keys)).images]
        alts = {key: self.chance.choice(ALT_TEXTS) for key in shown if self.chance.random() < SHARE_OF_EDITS}

        def act():
            sheet = contact_sheet(Article.objects.filter(pk__in=keys), shown)
            edits = ImageEdits({each: alts[each.key] for each in sheet.images if each.key in alts})
            decide_images(self.user, edits, [each for each in sheet.images if each.key not in alts])

        return act if shown else None

    def mark(self):
        """Return the key of an article, and of a mark of a passage in it; None if it has none."""
        article = self.articles(1)[0]
        marks = [each.key for each in list_marks(article) if each.start is not None]
        return article.pk, self.chance.choice(marks) if marks else None

    def articles(self, number):
        keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
        return list(Article.objects.filter(pk__in=self.chance.sample(keys, min(number, len(keys)))))


def exported(folder):
    export_articles(folder)
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_undoing_random_acts_restores_every_byte(folder, tmp_path, admin_user):
    source = Path(os.environ.get("GALLEY_TEST_ARTICLES") or folder)
    if source == folder:
        write_articles(folder, ARTICLES_ACTED_ON, expert=200, persons=200, placeholders=200)
    import_articles([source], ImportOptions())
    before = exported(tmp_path / "before")
    seed = int(os.environ.get("GALLEY_TEST_SEED", "1"))
    editor = Editor(admin_user, random.Random(seed))  # noqa: S311 -- the same acts each time, not a secret

    for number in range(ACTS):
        editor.act()
        if number % ACTS_IN_A_ROUND == ACTS_IN_A_ROUND - 1 or number == ACTS - 1:
            editor.undo_all()
            assert exported(tmp_path / f"after-{number}") == before
