"""Values of an article that pages, lists and feeds show, computed from its fields and related rows."""

from functools import cached_property

from django.utils import timezone

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.choices import TRAIL_LEVELS, Level
from blog.articles.corrections import Correction
from blog.articles.languages import same_languages
from blog.articles.links import MIN_ARTICLES_FOR_LINK, ArticleCategory
from blog.documents.findings.share_text import is_call_to_read
from blog.documents.summaries import opens_with
from blog.documents.text import (
    clean_excerpt,
    clean_share_quote,
    same_text,
    strip_markdown_inline,
    without_hashtags,
)


class ArticleDisplay:
    """Properties for templates. Querysets for readers set the cached ones in bulk."""

    @cached_property
    def byline(self) -> list[Author]:
        return [link.author for link in self.author_links.all()]

    @cached_property
    def shown_categories(self) -> list[ArticleCategory]:
        return list(self.category_links.all())

    @cached_property
    def shown_corrections(self) -> list[Correction]:
        """The active corrections, newest first, like CorrectionQuerySet.active(). Lists prefetch them."""
        rows = self.corrections.all()
        taken_back = {row.retracts_id for row in rows}
        return [row for row in rows if row.retracts_id is None and row.pk not in taken_back]

    @property
    def trail(self) -> list[Category]:
        """The breadcrumb trail of categories, general to niche, without the exact category."""
        links = sorted(self.shown_categories, key=lambda link: (link.level, link.position))
        return [link.category for link in links if link.level in TRAIL_LEVELS]

    @cached_property
    def topic(self) -> Category | None:
        """The category to show above the title: a general one, else the primary one. Lists prefetch it.

        The primary category of a machine-written file is often a word of its title.
        """
        general = (link for link in self.shown_categories if link.level == Level.GENERAL)
        first = min(general, key=lambda link: link.position, default=None)
        return first.category if first else self.primary_category

    @property
    def nearest_list(self) -> Category | None:
        """The narrowest category whose list has several articles: the primary one or one of the trail.

        Categories whose newest articles are mostly in other languages are skipped.
        """
        found = filter(None, (self.primary_category, *reversed(self.trail)))
        several = (row for row in found if row.pk in self.categories_with_multiple_articles)
        articles = type(self).objects
        return next((row for row in several if articles.is_list_in_language_of(self, row)), None)

    @cached_property
    def is_in_language_of_all(self) -> bool:
        """Whether all published articles are in the language of this one."""
        return type(self).objects.are_all_in(same_languages(self))

    @cached_property
    def categories_with_multiple_articles(self) -> set[int]:
        """Primary keys of the article's categories that have several articles. Pages prefetch them."""
        own = ArticleCategory.objects.filter(article=self).order_by().values("category")
        counted = Category.objects.filter(pk__in=own).counted(timezone.now())
        return {category.pk for category in counted if category.article_count >= MIN_ARTICLES_FOR_LINK}

    @property
    def excerpt_above_text(self) -> str:
        """The excerpt shown above the text; "" if the text begins with the same words."""
        beginning = self.plain_text[: 2 * len(self.excerpt) + 200]
        return "" if opens_with(beginning, self.excerpt_or_opening) else self.excerpt_or_opening

    @property
    def excerpt_or_opening(self) -> str:
        """The excerpt as plain text for cards and feeds.

        The opening of the text replaces a missing excerpt, and one that repeats the title or is shared.
        """
        says_nothing = self.excerpt_is_template or not self.excerpt or same_text(self.excerpt, self.title)
        if says_nothing and self.opening:
            return self.with_typographic_quotes(self.opening)
        return self.with_typographic_quotes(strip_markdown_inline(clean_excerpt(self.excerpt)))

    @cached_property
    def quote(self) -> str:
        """The share quote for pages: without surrounding quotation marks and trailing hashtags.

        "" for one that asks to read the article, which only a post needs.
        """
        return "" if is_call_to_read(self.share_quote) else without_hashtags(self.share_text)

    @property
    def share_text(self) -> str:
        """The share quote for posts of readers, with its hashtags."""
        return self.with_typographic_quotes(clean_share_quote(self.share_quote))
