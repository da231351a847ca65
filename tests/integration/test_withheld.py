"""GALLEY_REQUIRE_REVIEW and any sequence of acts: only an approval or “written by people” publishes a text.

Each example takes one AI-written article through acts of operators, Editors and Writers, and time.
"""

import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from unittest import mock

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from blog.articles.actions.provenance import set_provenance
from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.actions.restore import restore as restore_version
from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.trash import restore, trash
from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.models import UnreviewedArticleError
from blog.articles.provenance import WrittenBy
from blog.articles.review_setting import apply_setting
from blog.imports.held import accept
from blog.models import Article, HeldUpdate, Image
from blog.review.approval import ReviewRefusedError, approve, withdraw
from tests.support.admin_pages import page_of, shown_form
from tests.support.durations import IS_LONG
from tests.support.import_files import run, write

EXAMPLES = 150 if IS_LONG else 5
STEPS = 25 if IS_LONG else 14
PASSING = timedelta(hours=5)
clock = timezone.now


class Acts:
    """What everybody can do to the one article. Each method is an act; a number decides its details."""

    def __init__(self, folder):
        self.folder = folder
        self.offset = timedelta(0)
        self.mara = get_user_model().objects.create_superuser("mara")
        self.clients = {}
        for role in ("Editor", "Writer"):
            user = get_user_model().objects.create_user(role, is_staff=True)
            user.groups.add(Group.objects.get(name=role))
            self.clients[role] = Client()
            self.clients[role].force_login(user)
        write(folder, generatedBy="Gemini", keywords=["tides"], image="https://pictures.example/a.jpg")
        run(folder)

    def now(self):
        return clock() + self.offset

    @property
    def article(self):
        return Article.objects.get()

    def _words(self, number):
        return f"Words of kind {number % 3}.\n"

    def _date(self, number):
        return self.article.published_at and timezone.now() + timedelta(hours=number % 9 - 4)

    def _seen(self):
        return {self.article.pk: self.article.lock_version}

    def pass_time(self, number):
        self.offset += PASSING

    def start_site(self, number):
        apply_setting()

    def approve(self, number):
        with suppress(ReviewRefusedError):
            approve(self.article, self.mara, self.article.words_digest, "All of it.")

    def withdraw(self, number):
        with suppress(ReviewRefusedError):
            withdraw(self.article, self.mara)

    def publish(self, number):
        apply_verb(Verb.PUBLISH, self.mara, self._seen())

    def unpublish(self, number):
        apply_verb(Verb.UNPUBLISH, self.mara, self._seen())

    def schedule(self, number):
        moments = {self.article.pk: timezone.now() + timedelta(hours=number % 9 + 1)}
        apply_verb(Verb.SCHEDULE, self.mara, self._seen(), moments=moments)

    def undo(self, number):
        if action := latest_undoable(self.mara):
            undo(self.mara, action.pk)

    def trash(self, number):
        if not self.article.trashed_at:
            trash(self.mara, [self.article])

    def restore(self, number):
        if self.article.trashed_at:
            restore(self.mara, [self.article])

    def say_people(self, number):
        set_provenance(self.mara, self._seen(), WrittenBy("people"), "Ann wrote it.")

    def say_machine(self, number):
        set_provenance(self.mara, self._seen(), WrittenBy("machine"), "It reads so.")

    def say_file(self, number):
        set_provenance(self.mara, self._seen(), WrittenBy("file"), "The file says.")

    def save_in_form(self, number):
        client = self.clients["Writer" if number % 4 == 0 else "Editor"]
        if client.get(page_of(self.article)).status_code != 200:
            return
        data = shown_form(client, page_of(self.article)) | {"body": self._words(number)}
        if (moment := self._date(number)) and "published_at_0" in data:
            local = timezone.localtime(moment)
            data |= {
                "published_at_0": local.strftime("%Y-%m-%d"),
                "published_at_1": local.strftime("%H:%M:%S"),
            }
        data |= {"_publish": "1"} if number % 5 == 0 else {}
        assert client.post(page_of(self.article), data).status_code < 500

    def save_in_code(self, number):
        article = self.article
        article.body, article.published_at = self._words(number), self._date(number)
        article.save()

    def rewrite(self, number):
        changes = {self.article.pk: {"excerpt": self._words(number)}}
        edit_articles(self.mara, self._seen(), changes, str)

    def update_all(self, number):
        Article.objects.exclude(published_at=None).update(published_at=self._date(number) or timezone.now())

    def change_picture(self, number):
        image = Image.objects.get()
        image.caption = self._words(number)
        image.save()

    def derive(self, number):
        Article.objects.all().derive()

    def import_file(self, number):
        generator = {} if number % 3 == 0 else {"generatedBy": "Gemini"}
        moment = timezone.now() + timedelta(hours=number % 9 - 4)
        body = self._words(number) + "More.\n"
        picture = "https://pictures.example/a.jpg"
        keys = {"keywords": ["tides"], "image": picture, "date": moment.isoformat()} | generator
        write(self.folder, body=body, **keys)
        on_conflict = "file" if number % 5 else "merge"
        run(self.folder, status="published" if number % 2 else "new", on_conflict=on_conflict)

    def accept_file(self, number):
        held = HeldUpdate.objects.waiting().first()
        if held:
            with suppress(Exception):  # conflicts are for editors to decide
                accept(held, by=self.mara)

    def restore_version(self, number):
        versions = list(self.article.versions.all())
        if versions and not self.article.trashed_at:
            restore_version(self.article, versions[number % len(versions)], left=("provenance", "machine"))


ACTS = sorted(name for name in vars(Acts) if not name.startswith("_") and name not in {"article", "now"})


def is_visible():
    return Article.objects.published().exists()


def check(name, before, article):
    """Check that an act has made the article visible only if it is approved or written by people."""
    assert article.is_published is is_visible()
    assert article.keyword_rows.published().exists() is is_visible()
    if is_visible() and not before:
        assert article.is_reviewed or article.provenance == "people", name


class TestAnyActs(TestCase):
    @settings(max_examples=EXAMPLES)
    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1000)), max_size=STEPS))
    @example([("approve", 0), ("schedule", 1), ("save_in_form", 1), ("pass_time", 0), ("pass_time", 0)])
    @example([("approve", 0), ("schedule", 1), ("withdraw", 0), ("pass_time", 0)])
    @example([("approve", 0), ("schedule", 8), ("import_file", 1), ("pass_time", 0), ("pass_time", 0)])
    @example([("approve", 0), ("schedule", 8), ("import_file", 3), ("update_all", 0), ("restore_version", 0)])
    @example([("say_people", 0), ("publish", 0), ("undo", 0), ("undo", 0), ("say_machine", 0), ("undo", 0)])
    @example([("approve", 0), ("publish", 0), ("save_in_code", 1), ("unpublish", 0), ("undo", 0)])
    def test_only_an_approval_or_people_make_it_visible(self, acts):
        with tempfile.TemporaryDirectory() as folder, override_settings(REQUIRE_REVIEW=True):
            apply_setting()
            everybody = Acts(Path(folder))
            with mock.patch.object(timezone, "now", everybody.now):
                for name, number in acts:
                    before = is_visible()
                    with suppress(UnreviewedArticleError):
                        getattr(everybody, name)(number)
                    check(name, before, everybody.article)
