"""Translations: articles that say the same in several languages.

They share a translation_group. An import finds the groups by paths and keys (blog/imports/translations.py),
and editors change them. If a group has several articles in a language, only the oldest one counts.
"""

import itertools
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info

from blog import page_cache
from blog.articles.languages import base_language
from blog.base.queries import ROWS_AT_ONCE, CompiledQuery
from blog.site.addresses import address_of


@dataclass(frozen=True, slots=True)
class Translation:
    """A published article of a group. language: a tag such as de or pt-BR."""

    article: int
    language: str
    path: str

    @property
    def name(self) -> str:
        return name_of_language(self.language)


class TranslationModel(models.Model):
    """The group of an article's translations."""

    # Null if the article has no translations, and no editor has removed it from a group.
    translation_group = models.UUIDField(null=True, editable=False)

    # With fewer columns, SQLite would rather scan the dates of all published articles.
    TRANSLATION_INDEX = models.Index(
        fields=["translation_group", "status", "published_at", "is_withheld", "language"],
        name="article_translations",
        condition=models.Q(translation_group__isnull=False),
    )

    class Meta:
        abstract = True

    def find_translations(self) -> list[Translation]:
        """Return the published articles of the group, one for each language, in the order of the languages.

        They include the article itself if it is published and the oldest in its language.
        """
        if self.translation_group is None:
            return []
        rows = _translations.rows(type(self).objects, self.pk, timezone.now())
        return one_for_each_language(rows)

    def other_translations(self) -> list:
        """Return the other articles of the group outside the trash, published or not, the oldest first."""
        if self.translation_group is None:
            return []
        others = type(self).objects.in_use().filter(translation_group=self.translation_group)
        return list(
            others.exclude(pk=self.pk).order_by("pk").only("title", "slug", "language", "translation_group")
        )

    def set_translation_group(self, other) -> None:
        """Add the article to the group of `other`, or to a new group of its own if `other` is None."""
        group = uuid.uuid4() if other is None else other.translation_group or uuid.uuid4()
        articles = [self] if other is None or other.translation_group else [self, other]
        type(self).objects.filter(pk__in=[each.pk for each in articles]).update(translation_group=group)
        for each in articles:
            each.translation_group = group
        page_cache.invalidate_on_commit()


def find_translations(articles) -> dict[int, list[Translation]]:
    """Return {primary key: translations} for the articles that have some, with few queries."""
    groups = {article.pk: article.translation_group for article in articles if article.translation_group}
    found = defaultdict(list)
    for batch in itertools.batched(set(groups.values()), ROWS_AT_ONCE):
        members = type(articles[0]).objects.published().filter(translation_group__in=batch).order_by()
        for group, *row in members.values_list("translation_group", "pk", "language", "slug"):
            found[group].append(row)
    translations = {group: one_for_each_language(rows) for group, rows in found.items()}
    return {key: translations[group] for key, group in groups.items() if group in translations}


def one_for_each_language(rows) -> list[Translation]:
    """Return the oldest translation of each language. rows: (primary key, language, slug)."""
    found = {}
    for key, language, slug in sorted(rows):
        tag = language_tag(language)
        if path := address_of("article_detail", slug):
            found.setdefault(tag.lower(), Translation(key, tag, path))
    return [found[tag] for tag in sorted(found)]


def language_homes(articles) -> list[tuple[str, str]]:
    """Return (language tag, path of its home) of each language with a published translation.

    The home of the site's language is the home page. Returns [] if there are fewer than two languages.
    articles: the manager.
    """
    if not articles.filter(translation_group__isnull=False).exists():  # reads only TRANSLATION_INDEX
        return []
    rows = _languages.rows(articles, timezone.now())
    homes = {tag.lower(): (tag, home_of(tag)) for tag in (language_tag(language) for (language,) in rows)}
    return [homes[tag] for tag in sorted(homes) if homes[tag][1]] if len(homes) > 1 else []


def home_of(tag: str) -> str:
    """Return the path of a language's home, or "" if the language has none."""
    if base_language(tag) == base_language(settings.LANGUAGE_CODE):
        return reverse("blog:home")
    return address_of("language_home", tag.lower())


@CompiledQuery
def _languages(articles, now):
    translated = articles.published(now).filter(translation_group__isnull=False).order_by()
    return translated.values_list("language").distinct()


def default_of(translations: list[Translation]) -> Translation | None:
    """Return the translation for readers of other languages: in the site's language, else the oldest."""
    site = base_language(settings.LANGUAGE_CODE)
    in_site_language = (each for each in translations if base_language(each.language) == site)
    return next(in_site_language, min(translations, key=lambda each: each.article, default=None))


@CompiledQuery
def _translations(articles, key, now):
    group = articles.filter(pk=key).values("translation_group")[:1]
    found = articles.published(now).filter(translation_group=group).order_by()
    return found.values_list("pk", "language", "slug")


def language_tag(language: str) -> str:
    """Return the tag of an article's language, which is the site's if the article has none."""
    return language.replace("_", "-") or settings.LANGUAGE_CODE


def name_of_language(tag: str) -> str:
    """Return a language's name in that language, such as Deutsch, or the tag if it is not known."""
    try:
        name = get_language_info(tag.lower())["name_local"]
    except KeyError:
        return tag
    return name[:1].upper() + name[1:]
