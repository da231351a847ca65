"""Old addresses."""

import itertools
import operator
from functools import reduce
from operator import or_
from urllib.parse import unquote

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.models.parameters import ROWS_AT_ONCE
from blog.models.public import PublicModel

TARGETS = ("article", "category", "author", "page")


def _leads_to_one_thing():
    gone = Q(is_gone=True, **{f"{target}__isnull": True for target in TARGETS})
    led_on = (Q(is_gone=False, **{f"{one}__isnull": one != target for one in TARGETS}) for target in TARGETS)
    return reduce(or_, led_on, gone)


class RedirectQuerySet(models.QuerySet):
    """Old addresses. Whoever changes many calls page_cache.invalidate_on_commit(), once for all."""

    def moved(self, before, now):
        """Let the address that a stored article, category, author or page had lead to where it is now.

        A redirect is ended, or takes the place of another, only where readers find the row: what is not
        published may have any slug for a moment.
        """
        is_live = type(now).objects.live().filter(pk=now.pk).exists()
        was_live = before.is_published if hasattr(before, "is_published") else is_live
        if is_live:
            self.end_at([now])
        if now.get_absolute_url():
            self._place([self.model(path=path_at(before), **{now._meta.model_name: now})], anew=was_live)

    def end_at(self, rows):
        """End whatever leads on from the addresses of these rows, at which readers find them now.

        Without its slash, too, an address would lead elsewhere before it led to the row.
        """
        for redirects in self._at(rows):
            redirects.delete()

    def ended_by(self, rows) -> list[dict]:
        """Return what end_at() would end, as put_back() takes it."""
        fields = ("path", *(f"{name}_id" for name in self.model.TARGETS), "is_gone")
        return [values for redirects in self._at(rows) for values in redirects.values(*fields)]

    def put_back(self, ended: list[dict], rows) -> None:
        """Let those lead on again that ended at these rows, unless their address or aim is another by now."""
        paths = _paths_of(rows)
        redirects = [self.model(**values) for values in ended if values["path"] in paths]
        for name in self.model.TARGETS:
            key = operator.attrgetter(f"{name}_id")
            targets = self.model._meta.get_field(name).related_model.objects
            found = targets.filter(pk__in={key(row) for row in redirects} - {None})
            there = {None, *found.order_by().values_list("pk", flat=True)}
            redirects = [row for row in redirects if key(row) in there]
        self.bulk_create(redirects, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)

    def _at(self, rows):
        for some in itertools.batched(_paths_of(rows), ROWS_AT_ONCE):
            yield self.filter(path__in=some)

    def mark_gone(self, articles):
        """Let the addresses of articles say that they are gone for good.

        One that was hidden already, from whose address readers are led elsewhere, does not end that.
        """
        by_state = {True: [], False: []}
        for article in articles:
            by_state[article.is_published].append(self.model(path=path_at(article), is_gone=True))
        for was_live, redirects in by_state.items():
            self._place(redirects, anew=was_live)

    def forget_gone(self, rows):
        """Let the addresses of articles or categories be theirs again."""
        for some in itertools.batched(map(path_at, rows), ROWS_AT_ONCE):
            self.filter(path__in=some, is_gone=True).delete()

    def _place(self, redirects, *, anew):
        """Store the redirects: anew, or each where there is none with its path."""
        if anew:
            self.put(redirects)
        else:
            with_path = filter(_has_path, redirects)
            self.bulk_create(with_path, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)

    def put(self, redirects):
        """Store the redirects, each in the place of the one with its path; what had no address has none."""
        fields = (*self.model.TARGETS, "is_gone")
        for some in itertools.batched(filter(_has_path, redirects), ROWS_AT_ONCE):
            self.bulk_create(some, update_conflicts=True, unique_fields=["path"], update_fields=fields)


class Redirect(PublicModel):
    """An old address: it leads to one of the TARGETS, wherever that stands now, or it is gone for good.

    It holds the row, not an address, so that redirects never form chains.
    """

    path = models.CharField(
        _("old address"), max_length=2000, unique=True, help_text=_("Such as /old/page/.")
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
    page = models.ForeignKey(
        "blog.Page",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("page"),
    )
    is_gone = models.BooleanField(
        _("gone for good"),
        default=False,
        help_text=_("Leads nowhere: readers and search engines are told that it is gone for good."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    TARGETS = TARGETS

    objects = RedirectQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.CheckConstraint(
                name="redirect_leads_to_one_thing",
                violation_error_message=_("Choose what it leads to, or mark the address as gone."),
                condition=_leads_to_one_thing(),
            ),
        ]

    def __str__(self):
        return self.path

    @property
    def target(self):
        """The article, category, author or page that the old address leads to; None when it is gone."""
        return next(filter(None, (getattr(self, name) for name in TARGETS)), None)


def _has_path(redirect):
    return redirect.path


def _paths_of(rows) -> set[str]:
    """Return the paths whose redirects end when readers find the rows at their addresses."""
    addresses = {address for row in rows for address in (path_at(row), row.get_absolute_url())} - {""}
    return addresses | {address.rstrip("/") for address in addresses}


def path_at(row) -> str:
    """Return the path of a row as redirects hold it: unescaped, so that a long slug fits."""
    return unquote(row.get_absolute_url())
