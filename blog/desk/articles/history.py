"""The history of an article: list its versions, compare two of them, restore one."""

import itertools
import re
from collections.abc import Sequence
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.decorators.http import require_POST

from blog.articles.actions.provenance import change_in_words, describe_provenance
from blog.articles.actions.restore import restore
from blog.articles.models import Article, EmptyArticleError, StaleArticleError
from blog.articles.versions.contents import FIELDS, FLAGS, PROVENANCE, with_current_names
from blog.articles.versions.differences import changed_words, differences, same_value
from blog.articles.versions.history import (
    DamagedVersionError,
    latest_imported_version,
    version_before,
    version_contents,
)
from blog.articles.versions.models import Version
from blog.desk.activity import message_of
from blog.desk.base import require
from blog.desk.comparison.words import label_of, rows_of
from blog.desk.numbers import read_number
from blog.imports.models import HeldUpdate
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

LISTED = 50  # versions per page of the list
LOGGED = 50  # entries of the activity log
NOTE_LENGTH = 500
BEFORE, IMPORTED, NOW = "before", "imported", "now"
# Restored only for users with the permission to change provenance.
PROVENANCE_FIELDS = ("generated_by", *PROVENANCE)
KEYS = {
    "J": gettext_lazy("previous version"),
    "K": gettext_lazy("next version"),
    "F": gettext_lazy("expand unchanged text"),
    "R": gettext_lazy("restore this version"),
}
REFUSALS = {
    DamagedVersionError: gettext_lazy("Not restored: this version is damaged."),
    EmptyArticleError: gettext_lazy(
        "Not restored: this version has no visible content. Unpublish the article first."
    ),
    StaleArticleError: gettext_lazy(
        "Not restored: someone else just saved the article. Check the latest version and try again."
    ),
}
LONGEST_TEXTS = 4_000_000  # characters of all texts on a page of the list; the rest is not compared
PUBLISHING = {Version.Action.PUBLISHED, Version.Action.UNPUBLISHED, Version.Action.SCHEDULED}
SAID_BY_ACTION = {"status", "published_at"}


class RestoreForm(forms.Form):
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    confirmed = forms.BooleanField(required=False)  # of public articles


class RestoringError(Exception):
    """Raised when a version cannot be restored. The message is for editors."""


def history_context(model_admin, request, object_id) -> dict:
    """Return template context for Django's history view; {} if the user may not view the article."""
    article = model_admin.get_object(request, unquote(object_id))
    may_see = article and model_admin.has_view_or_change_permission(request, article)
    return _versions_of(model_admin, request, article) if may_see else {}


def _versions_of(model_admin, request, article):
    listed = _listed(article, request.GET.get("page"))
    newest = article.versions.with_contents().newest_first().first()
    chosen = _version(article, request.GET.get("version")) or newest
    imported = latest_imported_version(article)
    requested = request.GET.get("against", BEFORE)
    against, other = _other(article, chosen, requested, {IMPORTED: imported, NOW: newest})
    return {
        "title": _("Versions"),
        "versions": listed,
        "newest": newest,
        "chosen": chosen,
        "imported": imported,
        "against": against,
        **_compared(chosen, other),
        **_neighbours(article, chosen),
        "may_restore": chosen != newest and model_admin.has_change_permission(request, article),
        "note_length": NOTE_LENGTH,
        "log": _log_of(article),
        "page_keys": KEYS,
    }


@require_POST
def restore_version(request, object_id, *, model_admin):
    article = model_admin.get_object(request, unquote(object_id))
    require(model_admin.has_change_permission(request, article))
    if article is None:
        return model_admin.missing(request, object_id)
    form = RestoreForm(request.POST)
    try:
        _restore(model_admin, request, article, form)
    except RestoringError as error:
        messages.error(request, str(error))
        back = {"version": form.cleaned_data.get("version", "")}
    else:
        back = None
    return HttpResponseRedirect(reverse("admin:blog_article_history", args=[article.pk], query=back))


def _restore(model_admin, request, article, form):
    if not form.is_valid():
        raise RestoringError(
            _("Not restored: choose a version, and use at most %d characters for the note.") % NOTE_LENGTH
        )
    number, note = form.cleaned_data["version"], form.cleaned_data["note"]
    if article.is_published and not form.cleaned_data["confirmed"]:
        raise RestoringError(_("Not restored: the article is public. Tick that readers will see the change."))
    version = article.versions.with_contents().filter(number=number).first()
    if version is None:
        raise RestoringError(_("Not restored: this version has been deleted."))
    excluded = (
        *(() if model_admin.has_provenance_permission(request) else PROVENANCE_FIELDS),
        *(() if model_admin.has_publish_permission(request) else FLAGS),
    )
    with refusals_in_words(), transaction.atomic():
        note = _with_provenance(article, version, note, excluded)
        restored, missing = restore(article, version, by=request.user, note=note, left=excluded)
        sentence = _("Version %d was restored.") % number
        model_admin.log_change(request, article, f"{sentence} {note}".strip())
    message = _("Version {} was restored as version {}. The previous version is still in the history.")
    message = format_html(message, number, restored.number)
    messages.success(request, message)
    for what in missing:
        message = format_html(_("Could not be restored: {}."), what)
        messages.warning(request, message)


def summarise_versions(listed: list, counts: dict, number: int) -> list:
    """Return the list of rows to delete, with one count each for versions and held updates.

    number: how many articles are deleted.
    listed, counts: the first two values of ModelAdmin.get_deleted_objects().
    """
    listed, summary = _without_history(listed), _history_in_words(counts)
    if number == 1 and summary:
        article, *others = listed
        return [article, [*(others[0] if others else []), *summary]]
    return [*listed, *summary]


@contextmanager
def refusals_in_words():
    """Convert errors raised in the block to RestoringError, with a message for editors."""
    try:
        yield
    except RefusedError as error:
        raise RestoringError(text_refusal(error)) from error
    except tuple(REFUSALS) as error:
        raise RestoringError(REFUSALS[type(error)]) from error


def _with_provenance(article, version, note, excluded):
    """Return the note. If restoring changes who wrote the article, return a sentence on that with the note.

    Such a change affects the AI label and needs a reason, so RestoringError is raised without a note.
    """
    contents = version_contents(version)
    before, now = (
        describe_provenance(article),
        describe_provenance(Article(**{name: contents[name] for name in PROVENANCE_FIELDS})),
    )
    if now == before or "provenance" in excluded:
        return note
    if not note:
        raise RestoringError(
            _("Not restored: this version changes who wrote the article. Give the reason in the note.")
        )
    return change_in_words(before, now, note)


def _version(article, number):
    """Return the version with this number (a string from the request), or None."""
    number = read_number(number or "")
    return article.versions.with_contents().filter(number=number).first() if number else None


def _listed(article, page):
    """Return a page of versions, newest first, each with what changed since the one before it."""
    rows = article.versions.newest_first()
    listed = Paginator(rows.prefetch_related("base"), LISTED).get_page(page)
    versions = list(listed.object_list)
    oldest = versions[-1].number if versions else 0
    before = rows.with_contents().filter(number__lt=oldest).first()
    changes = changes_in_words([*versions, *([before] if before else [])])
    for version in versions:
        version.change = changes.get(version.number, "")
    listed.object_list = versions
    return listed


def _other(article, chosen, requested, known):
    """Return (choice, version) to compare the chosen version with. The version may be None.

    The choice is a version number or a key of `known`, {choice: version}; the default is BEFORE.
    """
    if requested in known:
        return requested, known[requested]
    if other := _version(article, requested):
        return other.number, other
    return BEFORE, chosen and version_before(chosen)


def _compared(chosen, other):
    if chosen is None:
        return {}
    try:
        comparison = compare(chosen, other) if other and other != chosen else None
        return {"comparison": comparison, "body": version_contents(chosen)["body"]}
    except DamagedVersionError:
        return {"is_damaged": True}


def compare(one: Version, other: Version) -> dict:
    """Compare two versions of an article, given in any order. Raises DamagedVersionError.

    Renaming a category or an author is not a difference. changed: labels of the fields that differ.
    """
    older, newer = sorted([one, other], key=lambda version: version.number)
    contents = with_current_names(version_contents(older), version_contents(newer))
    found = differences(*contents)
    rows = rows_of(found.fields)
    changed = [row["label"] for row in rows] + ([_("Text")] if found.body else [])
    return {"older": older, "newer": newer, "found": found, "rows": rows, "changed": changed}


def _neighbours(article, chosen):
    if chosen is None:
        return {}
    numbers = article.versions.order_by("number").values_list("number", flat=True)
    return {
        "number_before": numbers.filter(number__lt=chosen.number).last(),
        "number_after": numbers.filter(number__gt=chosen.number).first(),
    }


def _log_of(article):
    kind = ContentType.objects.get_for_model(Article)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(article.pk))
    newest = entries.select_related("user", "content_type").order_by("-action_time", "-pk")[:LOGGED]
    return [
        {"action_time": entry.action_time, "user": entry.user, "message": message_of(entry)}
        for entry in newest
    ]


def _without_history(listed):
    """Return Django's nested list of rows to delete, without versions and held updates."""
    kinds = "|".join(re.escape(str(capfirst(model._meta.verbose_name))) for model in (Version, HeldUpdate))
    names = re.compile(rf"({kinds}): .*", re.DOTALL)
    kept = []
    for entry in listed:
        if isinstance(entry, list):
            rest = _without_history(entry)
            kept += [rest] if rest else []
        elif "<a " in entry or not names.fullmatch(entry):
            kept.append(entry)
    return kept


def _history_in_words(counts):
    sentences = {
        Version: ngettext_lazy("%d version in the history", "%d versions in the history"),
        HeldUpdate: ngettext_lazy("%d held update", "%d held updates"),
    }
    numbers = {model: counts.get(model._meta.verbose_name_plural, 0) for model in sentences}
    return [sentences[model] % number for model, number in numbers.items() if number]


def changes_in_words(versions: Sequence[Version]) -> dict[int, str]:
    """Return {number: what changed since the version before it}, for versions listed newest first.

    The last one has no entry. Takes at most six queries. Versions of long texts may lack an entry.
    """
    contents = {}
    left = LONGEST_TEXTS
    for version in versions:
        if left <= 0:
            break
        try:
            contents[version.number] = version_contents(version)
        except DamagedVersionError:
            continue
        left -= len(contents[version.number]["body"])
    contents = dict(zip(contents, with_current_names(*contents.values()), strict=True))
    return {
        version.number: _change(version, contents[before.number], contents[version.number])
        for version, before in itertools.pairwise(versions)
        if version.number in contents and before.number in contents
    }


def _change(version, before, after):
    names = [name for name in FIELDS if not same_value(before.get(name), after.get(name))]
    if version.action in PUBLISHING:
        names = [name for name in names if name not in SAID_BY_ACTION]
    labels = ", ".join(label_of(name) for name in names if name != "body")
    parts = [_("%s changed") % labels] if labels else []
    if "body" in names:
        parts.append(text_in_words(before["body"], after["body"]))
    return capfirst(", ".join(parts))


def text_in_words(before: str, after: str) -> str:
    """Return a phrase such as "2 words removed, 14 words added"."""
    removed, added = changed_words(before, after)
    counted = [
        (removed, ngettext("%d word removed", "%d words removed", removed)),
        (added, ngettext("%d word added", "%d words added", added)),
    ]
    phrases = [phrase % number for number, phrase in counted if number]
    return ", ".join(phrases) or _("order, formatting or code changed")
