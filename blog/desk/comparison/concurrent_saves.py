"""Concurrent saves: merge the changes, and show a comparison of conflicts.

The form of an article names the version that it was opened from; the form of a page contains the signed
contents. If somebody else has saved since, the typed values are merged with the stored ones, three-way. The
row is locked from before the merge until the commit.

The merged values replace those of the request, so the form validates and saves them like typed ones. On a
conflict, the comparison is shown. Its hidden fields contain the submitted values.
"""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.articles.versions.contents import article_contents, with_contents, with_current_names
from blog.articles.versions.history import DamagedVersionError, version_contents
from blog.articles.versions.merge import Merge, merge
from blog.articles.versions.models import Version
from blog.base.models import name_of
from blog.desk.base import screen
from blog.desk.comparison.form import KEYS, ComparisonForm
from blog.desk.comparison.form_contents import contents_from_form, empty_base, form_data
from blog.desk.comparison.words import label_of
from blog.desk.numbers import read_number
from blog.site.pages import Page

VERBS = ("_continue", "_save", "_next", "_publish", "_unpublish")
CONTROL_FIELDS = ("csrfmiddlewaretoken", "compared", "_all", "_back")
SALT = "galley.opened"
PAGE_FIELDS = ("title", "slug", "body", "meta_description", "language", "is_published")


@dataclass(frozen=True)
class MergedSave:
    """A save that was merged with another save.

    theirs: the stored contents before this save. saved_by: name of the user who saved them, or "".
    is_unreviewed: merged without a comparison, so no user has seen the result.
    """

    merge: Merge
    contents: dict
    theirs: dict
    saved_by: str
    is_unreviewed: bool

    @property
    def is_of_both(self) -> bool:
        return self.contents != self.theirs and bool(self.their_changes)

    @property
    def is_to_be_read(self) -> bool:
        """Whether publishing would show readers a result that no user has seen."""
        is_public = self.theirs.get("status") == Article.Status.PUBLISHED
        return self.is_unreviewed and self.is_of_both and not is_public

    @property
    def their_changes(self) -> list[str]:
        """Labels of the fields that the other user changed."""
        merged = [label_of(change.field) for change in self.merge.merged if change.side != "ours"]
        conflicts = (label_of(decision.key) for decision in self.merge.decisions)
        return list(dict.fromkeys([*merged, *conflicts]))


def joined_save(request) -> MergedSave | None:
    """Return the merge with changes saved by another editor, if this request is one."""
    return getattr(request, "joined", None)


def version_kind_for(request) -> Version.Action:
    """Return the action to record for the version of a save."""
    joined = joined_save(request)
    return Version.Action.MERGED if joined and joined.is_of_both else Version.Action.SAVED


class TwoEditors(admin.ModelAdmin):
    """Merge a save with one made since the form was opened. TextForm would reject such a save."""

    texts: "ArticleTexts | PageTexts"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        key = read_number(unquote(object_id))
        if request.method != "POST":
            # Before the row is read, so that a save in between is merged like a later one.
            request.opened_from = self.texts.opened_from(key)
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():  # begins before the merge reads: SQLite locks at BEGIN
            page = self._merge_saves(request, key)
            response = page or super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, HttpResponseRedirect) and (joined := joined_save(request)):
            self._add_messages(request, joined)
        return response

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.opened_from = getattr(request, "opened_from", "")
        return form

    def _merge_saves(self, request, key):
        """Merge the typed with the stored contents; return the comparison if there are conflicts."""
        row = self.get_object(request, key)
        may_change = row is not None and self.has_change_permission(request, row)
        if not may_change or "_back" in request.POST:
            return None
        locked = self.model.objects.select_for_update(no_key=True).filter(pk=row.pk)
        version = locked.values_list("lock_version", flat=True).first()
        if version is None or request.POST.get("version") == str(version):
            return None
        form = self.get_form(request, row, change=True)(request.POST, request.FILES, instance=row)
        try:
            sides = self._sides(row, form)
        except ValidationError:
            return None  # the form will show the error at its field
        merged = merge(*sides)
        comparison = self._comparison(request, row, merged, sides, version)
        if not (merged.is_clean or comparison.is_valid()):
            return self._show_comparison(request, row, comparison)
        contents = merged.contents if merged.is_clean else comparison.contents
        name, _when = self.texts.last_save(row)
        request.joined = MergedSave(merged, contents, sides[2], name, is_unreviewed=merged.is_clean)
        self._replace_post(request, form_data(form, contents, row), version, row)
        return None

    def _sides(self, row, form):
        """Return the contents that the form was opened from, the typed ones, and the stored ones."""
        stored = self.texts.stored_contents(row.pk)
        base = self.texts.opened_contents(row, form.data.get("opened", ""))
        base = empty_base(form, stored) if base is None else base
        typed = contents_from_form(form, base)
        return self.texts.normalise_names(base, typed, stored)

    def _comparison(self, request, row, merged, sides, version):
        name, _when = self.texts.last_save(row)
        is_mine = name in ("", name_of(request.user))
        theirs = _("Saved version") if is_mine else _("%(name)s’s") % {"name": name}  # noqa: RUF001 -- an apostrophe
        data = request.POST if "compared" in request.POST else None
        return ComparisonForm(merged, sides[0], str(version), (_("Yours"), theirs), data)

    def _replace_post(self, request, values, version, row):
        """Replace submitted values with these, as if the user had opened the form from the stored state."""
        data = request.POST.copy()
        for name, value in values.items():
            data.pop(name, None)
            if value is not None:
                data[name] = value
        data["version"], data["opened"] = str(version), self.texts.opened_from(row.pk)
        request.is_left_unpublished = "_publish" in data and request.joined.is_to_be_read
        if request.is_left_unpublished:
            data["_continue"] = data.pop("_publish")[0]
        request.POST = data

    def _add_messages(self, request, joined):
        if joined.their_changes:
            who = joined.saved_by or _("Someone else")
            values = {"who": who, "what": get_text_list(joined.their_changes, _("and"))}
            sentence = _(
                "%(who)s saved changes while you were editing (%(what)s). Both sets of changes were merged."
            )
            messages.info(request, sentence % values)
        if request.is_left_unpublished:
            sentence = _("Not published: review the merged changes first, then publish.")
            messages.warning(request, sentence)

    def _show_comparison(self, request, row, comparison):
        name, when = self.texts.last_save(row)
        me = name_of(request.user)
        context = {
            "title": _title("" if name == me else name, self.model),
            "form": comparison,
            "row": row,
            "typed": _typed(request.POST),
            "verb": next((verb for verb in VERBS if verb in request.POST), "_continue"),
            "saved_by": name,
            "saved_at": when,
            "me": me,
            "page_keys": KEYS,
        }
        return screen(self, request, "admin/comparison/concurrent_edit.html", context)


class ArticleTexts:
    """The stored states of an article, for TwoEditors. Earlier states come from its versions."""

    def opened_from(self, key) -> str:
        """Return a value for the form that identifies the stored state, for opened_contents()."""
        newest = Article.objects.filter(pk=key).values_list("versions__number", flat=True)
        return str(
            newest.order_by("-versions__number").first() or 1
        )  # the number of the first version, if none exists yet

    def opened_contents(self, row, opened: str) -> dict | None:
        """Return the contents that the form was opened from; None if they are unknown."""
        version = row.versions.with_contents().filter(number=read_number(opened)).first()
        try:
            return version and version_contents(version)
        except DamagedVersionError:
            return None

    def stored_contents(self, key):
        return article_contents(with_contents(Article.objects.all()).get(pk=key))

    def last_save(self, row) -> tuple:
        """Return (name of the user, time) of the last save; the name is "" if it is unknown."""
        newest = row.versions.for_list().newest_first().first()
        return (newest.by_name, newest.created_at) if newest else ("", row.updated_at)

    def normalise_names(self, *contents: dict) -> tuple:
        """Return the contents with the current names of related rows."""
        return with_current_names(*contents)


class PageTexts:
    """Like ArticleTexts. Pages have no versions, so their form has signed contents of when it was opened."""

    def opened_from(self, key):
        page = Page.objects.filter(pk=key).first()
        return signing.dumps(_contents_of_page(page), salt=SALT, compress=True) if page else ""

    def opened_contents(self, row, opened):
        try:
            return signing.loads(opened, salt=SALT)
        except signing.BadSignature:
            return None

    def stored_contents(self, key):
        return _contents_of_page(Page.objects.get(pk=key))

    def last_save(self, row):
        kind = ContentType.objects.get_for_model(Page)
        entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).select_related("user")
        entry = entries.order_by("-pk").first()
        return (name_of(entry.user), entry.action_time) if entry else ("", row.updated_at)

    def normalise_names(self, *contents):
        return contents


def _contents_of_page(page):
    return {name: getattr(page, name) for name in PAGE_FIELDS}


def _typed(data):
    """Return (name, value) of the submitted fields, without the fields of the comparison."""
    names = [
        name for name in data if name not in (*CONTROL_FIELDS, *VERBS) and not name.startswith("choice-")
    ]
    return [(name, value) for name in names for value in data.getlist(name)]


def _title(name, model):
    if model is Page:
        return _("You and %s both changed this page") % name if name else _("This page was changed twice")
    return _("You and %s both changed this article") % name if name else _("This article was changed twice")
