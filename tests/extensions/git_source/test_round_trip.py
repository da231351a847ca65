"""Random histories of a repository and of the articles: nothing goes in circles, and no words are lost.

People commit to the repository, editors change articles, somebody pushes the export, and pulls are killed at
any step. GALLEY_GIT_HISTORIES sets how many histories are tried.
"""

import hashlib
import itertools
import os
import random
from collections import Counter
from contextlib import contextmanager

import pytest
from django.utils import timezone

from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.changes import changing
from blog.articles.versions.history import version_contents
from blog.extensions.git_export.export import export_to_git
from blog.extensions.git_source.checkout import Checkout
from blog.extensions.git_source.clone import Clone
from blog.extensions.git_source.models import GoneFile, Repository
from blog.extensions.git_source.pull import PullProgress, pull
from blog.imports.batch import FileBatch
from blog.imports.held import OpenDecisionsError, accept, decline
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun, SourceFile
from blog.models import Article, Version
from tests.extensions.git_source.repositories import Upstream, git, text

HISTORIES = int(os.environ.get("GALLEY_GIT_HISTORIES", "24"))
ROUNDS = 5 if HISTORIES > 24 else 3
PARAGRAPHS = 6
STEPS = (
    (Clone, "_run"),
    (Clone, "_remote"),
    (Checkout, "_write"),
    (FileBatch, "_write_file"),
    (Repository, "save"),
)

pytestmark = pytest.mark.django_db


class KilledError(BaseException):
    """Raised where a process would be killed: no code of Galley catches it."""


@contextmanager
def killed_after(number: int):
    """Raise KilledError at this call of one of STEPS."""
    count = itertools.count(1)

    def killing(real):
        def call(*arguments, **options):
            if next(count) == number:
                raise KilledError
            return real(*arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in STEPS:
            patch.setattr(owner, name, killing(getattr(owner, name)))
        yield


class History:
    """Both sides of one history. Each paragraph that anybody writes is unique."""

    def __init__(self, seed: int, folder, settings, editor):
        self.random = random.Random(seed)  # noqa: S311 -- repeatable tests
        self.upstream, self.export, self.editor = Upstream(folder), folder / "export", editor
        self.number = itertools.count(1)
        self.written_here = set()
        self.pushed = {}  # files of the export that somebody has pushed
        self.begun = {}
        self.is_same_branch = self.random.random() < 0.7
        settings.IMPORT_REPOSITORY, settings.EXPORT_DIR = self.upstream.place(), self.export
        for _ in range(3):
            self.add()
        self.upstream.push()

    def words(self) -> str:
        return f"Sentence number {next(self.number)} of this history is here."

    def new_text(self) -> str:
        title = f"Title {next(self.number)}"
        return text(title, "\n\n".join(self.words() for _ in range(PARAGRAPHS)))

    def changed(self, body: str) -> str:
        """Return the text with another paragraph at a random place."""
        parts = body.rstrip("\n").split("\n\n")
        place = self.random.randrange(max(len(parts) - PARAGRAPHS, 0), len(parts))
        parts[place] = self.words()
        return "\n\n".join(parts) + "\n"

    # There

    def files(self):
        return sorted(self.upstream.folder.glob("*.md"))

    def add(self):
        self.upstream.write_file(f"text-{next(self.number)}.md", self.new_text())

    def change(self):
        if files := self.files():
            file = self.random.choice(files)
            file.write_text(self.changed(file.read_text()))

    def delete(self):
        if len(files := self.files()) > 2:
            self.random.choice(files).unlink()

    def move(self):
        if files := self.files():
            file = self.random.choice(files)
            file.rename(file.with_name(f"moved-{next(self.number)}.md"))

    def revert(self):
        """Commit the files of an earlier commit again."""
        commits = git(self.upstream.folder, "rev-list", "-5", "HEAD").split()
        git(self.upstream.folder, "checkout", "-q", self.random.choice(commits), "--", ".")

    def commit(self):
        self.upstream.push(f"Commit {next(self.number)}")

    def push_export(self):
        """Somebody pushes the commits of the export, and keeps what was changed there since."""
        export_to_git(self.export)
        now = {path.name: path.read_bytes() for path in self.export.glob("*.md")}
        if not self.is_same_branch:
            return
        for name in now.keys() | self.pushed.keys():
            file = self.upstream.folder / name
            there = file.read_bytes() if file.exists() else None
            if now.get(name) == self.pushed.get(name) or there != self.pushed.get(name):
                continue
            if name in now:
                file.write_bytes(now[name])
            else:
                file.unlink(missing_ok=True)
        self.pushed = now
        self.commit()

    # Here

    def articles(self, **filters):
        return list(Article.objects.in_use().filter(**filters).order_by("pk"))

    def edit(self):
        if articles := self.articles():
            article = self.random.choice(articles)
            with changing([article], by=self.editor):
                article.body = self.changed(article.body)
                article.save()
            self.written_here |= set(article.body.split("\n\n"))

    def publish(self):
        if articles := self.articles(status=Article.Status.NEW):
            self.apply(Verb.PUBLISH, self.random.sample(articles, min(2, len(articles))))

    def unpublish(self):
        if articles := self.articles(status=Article.Status.PUBLISHED):
            self.apply(Verb.UNPUBLISH, [self.random.choice(articles)])

    def apply(self, verb, articles):
        apply_verb(verb, self.editor, {article.pk: article.lock_version for article in articles})

    def write_article(self):
        number = next(self.number)
        body = "\n\n".join(self.words() for _ in range(PARAGRAPHS))
        now = timezone.now()
        status = Article.Status.PUBLISHED
        Article.objects.create(
            title=f"Title {number}", slug=f"here-{number}", body=body, status=status, published_at=now
        )
        self.written_here |= set(body.split("\n\n"))

    def decide(self):
        for held in HeldUpdate.objects.waiting():
            if self.random.random() < 0.5:
                decline(held, by=self.editor)
                continue
            try:
                accept(held, by=self.editor)
            except OpenDecisionsError:
                decline(held, by=self.editor)

    # Both

    def pull(self, *, killed=False) -> ImportRun | None:
        progress = PullProgress(store=self.begun.update, begun=dict(self.begun))
        try:
            with killed_after(self.random.randrange(1, 40) if killed else 0):
                run = pull(Repository.current(), progress)
        except KilledError:
            if self.random.random() < 0.3:
                self.begun.clear()  # somebody starts another pull instead of the repeated one
                if self.random.random() < 0.5:
                    return None  # later, perhaps after another commit
            return self.pull(killed=self.random.random() < 0.5)
        self.begun.clear()
        return run

    def go_on(self):
        there = [self.add, self.change, self.change, self.delete, self.move, self.revert]
        here = [self.edit, self.edit, self.publish, self.unpublish, self.write_article, self.decide]
        for act in self.random.choices(there, k=2) + self.random.choices(here, k=2):
            act()
        if self.random.random() < 0.8:
            self.commit()
        if self.random.random() < 0.5:
            self.push_export()
        self.pull(killed=self.random.random() < 0.5)

    def rest(self):
        """Push and pull until nothing moves. Fail if it does not end."""
        for _ in range(4):
            self.push_export()
            run = self.pull()
            if run is None or not (run.created or run.updated or run.held or run.conflict):
                return
        raise AssertionError(f"it goes in circles: {[(e.file, e.outcome) for e in run.entries.all()]}")


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_user("anna", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_no_circle_and_no_lost_words(seed, tmp_path, data, settings, editor):
    history = History(seed, tmp_path, settings, editor)
    history.pull()
    for _ in range(ROUNDS):
        history.go_on()
    history.commit()
    history.rest()

    assert_that_each_file_is_known(history)
    assert_that_each_edit_is_kept(history)
    assert_that_no_article_is_there_twice(history)


def assert_that_each_file_is_known(history):
    """Each file there has the bytes of an article's file, or waits, was decided on, or is reported."""
    known = {row.path: row for row in SourceFile.objects.all()}
    digests = {row.digest for row in known.values()}  # a copy is skipped
    decided = set(HeldUpdate.objects.values_list("article", "digest"))
    decided |= set(HeldUpdate.objects.values_list("path", "digest"))  # moved, too
    reported = set(
        ImportEntry.objects.filter(outcome__in=["conflict", "rejected", "skipped"]).values_list(
            "file", flat=True
        )
    )
    for file in history.files():
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        row = known.get(file.name)
        keys = {(file.name, digest), (row and row.article_id, digest)}
        is_known = digest in digests or not decided.isdisjoint(keys)
        assert is_known or file.name in reported, file.name


def assert_that_each_edit_is_kept(history):
    """What editors wrote is in the article, or in a version of it."""
    kept = "\n\n".join(
        [
            *Article.objects.values_list("body", flat=True),
            *(version_contents(each)["body"] for each in Version.objects.with_contents()),
        ]
    )
    lost = [words for words in history.written_here if words.strip() and words.strip() not in kept]
    assert not lost


def assert_that_no_article_is_there_twice(history):
    """Several articles have a title only if as many files have it, now or before they were deleted."""
    there = Counter(file.read_text().split("\n")[1].removeprefix("title: ") for file in history.files())
    gone = Counter(row.article.title for row in GoneFile.objects.select_related("article"))
    here = Counter(article.title for article in Article.objects.in_use())
    assert not {title for title in here if here[title] > max(1, there[title] + gone[title])}
