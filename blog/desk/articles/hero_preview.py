"""The article's picture beside its text, with what the picture itself says."""

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.desk.columns import thumbnail


def hero_preview(article: Article):
    if article.hero_image is None:
        return _("None chosen.")
    lines = [(line,) for line in _what_the_image_says(article)]
    return thumbnail(article.hero_image) + format_html_join("", '<p class="credit">{}</p>', lines)


def _what_the_image_says(article):
    """Return the image's own words where they stand in for what the article does not say of it."""
    words = article.hero_words
    if not (article.hero_alt or words.is_decorative):
        yield words.alt or _("No description.")
    if not article.hero_credit:
        yield words.credit.as_markdown() or _("No credit.")
