"""Redirects from old paths.

The target of a redirect is a row (an article, category, author, series or page), or a URL. The URL can name
a list or file of this site, or a page of another site. Chains are resolved on saving, see
redirect_targets.py.
"""

import itertools
import operator
import re
from functools import reduce
from operator import or_
from urllib.parse import unquote

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.base.models import PublicModel
from blog.base.queries import ROWS_AT_ONCE

TARGETS = ("article", "category", "author", "series", "page")

_PAGE_ENDING = re.compile(r"(?:(?:/index)?\.html?|/)$")


def _leads_to_one_thing():
    no_row = {f"{target}__isnull": True for target in TARGETS}
    gone = Q(is_gone=True, address="", **no_row)
    by_address = Q(is_gone=False, **no_row) & ~Q(address="")
    by_target = (
        Q(is_gone=False, address="", **{f"{name}__isnull": name != target for name in TARGETS})
        for target in TARGETS
    )
    return reduce(or_, by_target, gone | by_address)


class RedirectQuerySet(models.QuerySet):
    """Redirects. Callers that change several must call page_cache.invalidate_on_commit() once."""

    def with_targets(self):
        """Fetch the slugs of the targets, too. Their other fields may contain long texts."""
        fields = [field.name for field in self.model._meta.concrete_fields]
        slugs = [f"{name}__slug" for name in self.model.TARGETS]
        return self.select_related(*self.model.TARGETS).only(*fields, *slugs)

    def moved(self, before, now):
        """Redirect the path of `before` to `now`: a row of TARGETS before and after a change.

        Only a published row deletes or replaces other redirects, because the slug of an unpublished one may
        be temporary.
        """
        is_live = type(now).objects.with_public_page().filter(pk=now.pk).exists()
        was_live = before.is_published if hasattr(before, "is_published") else is_live
        if is_live:
            self.delete_at([now])
        if now.get_absolute_url():
            redirect = self.model(path=path_at(before), **{now._meta.model_name: now})
            self._store_or_keep([redirect], replace=was_live)

    def delete_at(self, rows):
        """Delete the redirects from the paths of these public rows, with and without the trailing slash.

        Otherwise a redirect would hide the row, or its path without the slash.
        """
        for redirects in self._at(rows):
            redirects.delete()

    def ended_by(self, rows) -> list[dict]:
        """Return the redirects that delete_at() would delete, in the form for put_back()."""
        return [values for redirects in self._at(rows) for values in redirects.stored_values()]

    def stored_values(self) -> list[dict]:
        """Return the redirects in the form for recreate()."""
        fields = ("path", *(f"{name}_id" for name in self.model.TARGETS), "address", "is_gone")
        return list(self.order_by("pk").values(*fields))

    def put_back(self, ended: list[dict], rows) -> None:
        """Restore the ended redirects from the paths of these rows.

        ended: see ended_by().
        """
        paths = _paths_of(rows)
        self.recreate([values for values in ended if values["path"] in paths])

    def recreate(self, stored: list[dict], **fields) -> None:
        """Create redirects again, with these fields. stored: see stored_values().

        A redirect is skipped if its target was deleted, or its path has a redirect.
        """
        redirects = [self.model(**values, **fields) for values in stored]
        for name in self.model.TARGETS:
            key = operator.attrgetter(f"{name}_id")
            found = self.targets(name).filter(pk__in={key(row) for row in redirects} - {None})
            existing = {None, *found.order_by().values_list("pk", flat=True)}
            redirects = [row for row in redirects if key(row) in existing]
        self.bulk_create(redirects, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)

    def targets(self, name):
        """Return the manager of the model to which this field of TARGETS refers."""
        return self.model._meta.get_field(name).related_model.objects

    def _at(self, rows):
        for batch in itertools.batched(_paths_of(rows), ROWS_AT_ONCE):
            yield self.filter(path__in=batch)

    def mark_gone(self, articles):
        """Make the URLs of articles answer 410 Gone.

        A redirect from the path of an unpublished article is kept.
        """
        by_state = {True: [], False: []}
        for article in articles:
            by_state[article.is_published].append(self.model(path=path_at(article), is_gone=True))
        for was_live, redirects in by_state.items():
            self._store_or_keep(redirects, replace=was_live)

    def forget_gone(self, rows):
        """Delete the 410 Gone rows at the paths of articles or categories."""
        for batch in itertools.batched(map(path_at, rows), ROWS_AT_ONCE):
            self.filter(path__in=batch, is_gone=True).delete()

    def _store_or_keep(self, redirects, *, replace):
        """Store the redirects. Existing ones with the same path are kept unless replace is true."""
        if replace:
            self.store(redirects)
        else:
            with_path = filter(_has_path, redirects)
            self.bulk_create(with_path, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)

    def store(self, redirects):
        """Store the redirects, replacing those with the same path. Those with an empty path are skipped."""
        fields = (*self.model.TARGETS, "address", "is_gone", "created_by_import")
        for batch in itertools.batched(filter(_has_path, redirects), ROWS_AT_ONCE):
            self.bulk_create(batch, update_conflicts=True, unique_fields=["path"], update_fields=fields)


class Redirect(PublicModel):
    """An old path that redirects to a row (one of TARGETS) or to a URL, or answers 410 Gone."""

    path = models.CharField(
        _("old path"), max_length=2000, unique=True, help_text=_("For example /old/page/.")
    )
    article = models.ForeignKey(
        "blog.Article",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("article"),
    )
    category = models.ForeignKey(
        "blog.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("category"),
    )
    author = models.ForeignKey(
        "blog.Author",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("author"),
    )
    series = models.ForeignKey(
        "blog.Series",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("series"),
    )
    page = models.ForeignKey(
        "blog.Page",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("page"),
    )
    address = models.CharField(
        _("other URL"),
        max_length=2000,
        blank=True,
        help_text=_("A list, feed or file of this site, such as /archive/, or a page of another site."),
    )
    is_gone = models.BooleanField(
        _("gone (410)"),
        default=False,
        help_text=_(
            "Responds with 410 Gone: readers and search engines learn that the page was permanently removed."
        ),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # Only for redirects from lists of an imported site, and to articles that the import found unchanged: the
    # undo of that import deletes them. Other redirects are deleted with their target.
    created_by_import = models.ForeignKey(
        "blog.ImportRun", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    TARGETS = TARGETS

    objects = RedirectQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.CheckConstraint(
                name="redirect_leads_to_one_thing",
                violation_error_message=_("Choose where it redirects to, or mark it as gone."),
                condition=_leads_to_one_thing(),
            ),
        ]

    def __str__(self):
        return self.path

    @property
    def target(self):
        """The row (one of TARGETS) to which the path redirects; None for another URL or 410 Gone."""
        return next(filter(None, (getattr(self, name) for name in TARGETS)), None)

    def set_target(self, target: "models.Model | str") -> None:
        """Redirect to a row (one of TARGETS) or to a URL."""
        for name in TARGETS:
            setattr(self, name, None)
        self.address, self.is_gone = "", False
        if isinstance(target, str):
            self.address = target
        else:
            setattr(self, target._meta.model_name, target)


def _has_path(redirect):
    return redirect.path


def _paths_of(rows) -> set[str]:
    """Return the paths of the rows, escaped and unescaped, with and without the trailing slash."""
    addresses = {address for row in rows for address in (path_at(row), row.get_absolute_url())} - {""}
    return addresses | {address.rstrip("/") for address in addresses}


def forms_of(path: str) -> list[str]:
    """Return a path, and those of the same page with and without a slash, .html or /index.html."""
    stem = _PAGE_ENDING.sub("", path)
    forms = dict.fromkeys((path, f"{stem}/", stem, f"{stem}.html", f"{stem}/index.html"))
    return [form for form in forms if form.startswith("/")]


def path_at(row) -> str:
    """Return the path of a row in the form for Redirect.path: unescaped, so that a long slug fits."""
    return unquote(row.get_absolute_url())
