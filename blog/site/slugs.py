"""The slug field, and finding free slugs."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

from django import forms
from django.core.validators import RegexValidator
from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.documents.slugs import SLUG, SLUG_LENGTH, normalize_slug

LONGEST_SUFFIX = len("-9999999")
SLUGS_AT_ONCE = 100  # per query, because databases limit the number of conditions


validate_slug = RegexValidator(
    rf"\A{SLUG}\Z",
    _("Use letters and digits of any script, hyphens and underscores. This becomes part of the URL."),
    "invalid",
)


class SlugFormField(forms.CharField):
    """A form field that normalises a slug. The model field validates it."""

    def __init__(self, *, allow_unicode=True, **options):
        self.allow_unicode = allow_unicode  # used by the admin's script that suggests slugs
        super().__init__(**options)

    def to_python(self, value):
        return normalize_slug(super().to_python(value))


class SlugField(models.SlugField):
    """A slug that follows blog/documents/slugs.py, normalised so that no two slugs look the same."""

    default_validators = [validate_slug]

    def __init__(self, *args, allow_unicode=True, **options):
        super().__init__(*args, **{"max_length": SLUG_LENGTH, "unique": True} | options)
        # Set after super(), which would otherwise add Django's validator, which rejects combining marks.
        self.allow_unicode = allow_unicode

    def deconstruct(self):
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.SlugField", args, options  # the same column

    def pre_save(self, instance, add):
        slug = normalize_slug(super().pre_save(instance, add))
        setattr(instance, self.attname, slug)
        return slug

    def formfield(self, **options):
        return super().formfield(**{"form_class": SlugFormField} | options)


def free_slug(rows, slug: str) -> str:
    """Return the slug if no row has it, else with the first free number from 2 appended (slug-2).

    The result has at most SLUG_LENGTH characters. Takes at most two queries.
    """
    slug = slug[:SLUG_LENGTH]
    if not rows.filter(slug=slug).exists():
        return slug
    return first_free_slug(slug, {slug, *_numbered(rows, [slug])}.__contains__)


def first_free_slug(slug: str, is_taken: Callable[[str], bool]) -> str:
    """Return the slug if it is not taken, else with the first free number from 2 appended (slug-2)."""
    slug = slug[:SLUG_LENGTH]
    suffixes = (f"-{number}" for number in itertools.count(2))
    numbered = (slug[: SLUG_LENGTH - len(suffix)] + suffix for suffix in suffixes)
    return next(candidate for candidate in itertools.chain([slug], numbered) if not is_taken(candidate))


def taken_slugs(rows, slugs: Iterable[str], *, promised=()) -> set[str]:
    """Return the stored slugs that first_free_slug() may try for any of these slugs, in few queries.

    promised: slugs that are assigned but not stored yet.
    """
    wanted = Counter(slugs)
    stored = set()
    for batch in itertools.batched(wanted, SLUGS_AT_ONCE):
        stored.update(rows.filter(slug__in=batch).values_list("slug", flat=True))
    contested = (slug for slug in wanted if wanted[slug] > 1 or slug in stored or slug in promised)
    return stored.union(_numbered(rows, contested))


def _numbered(rows, slugs):
    """Yield the stored slugs that may be one of these slugs with a number appended."""
    for batch in itertools.batched(slugs, SLUGS_AT_ONCE):
        beginnings = (_begins_with(f"{slug}-"[: SLUG_LENGTH - LONGEST_SUFFIX], rows) for slug in batch)
        yield from rows.filter(reduce(or_, beginnings)).values_list("slug", flat=True)


def _begins_with(prefix, rows):
    """Return a condition for a prefix that can use the index: a range on SQLite, LIKE on PostgreSQL."""
    if connections[rows.db].vendor == "sqlite":
        return Q(slug__gte=prefix, slug__lt=prefix[:-1] + chr(ord(prefix[-1]) + 1))
    return Q(slug__startswith=prefix)
