"""The side panels of the edit page: findings, search result snippet, source file, import messages."""

import json

from django.utils import timezone

from blog.admin.edit_page.findings import Finding, findings
from blog.admin.edit_page.snippet import snippet
from blog.admin.wording import in_editors_words
from blog.documents import ArticleWords
from blog.models import Article
from blog.refusals import text_refusal
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError
from blog.sandbox.texts import Examination


def desk(article: Article) -> dict:
    """Return the template context of the side panels."""
    source = getattr(article, "source_file", None)
    examination, refusal = _examine(article, source)
    entry = article.import_entries.exclude(warnings=[]).order_by("-pk").first()
    return {
        "findings": [Finding(refusal, "id_body")] if refusal else findings(examination.findings),
        "snippet": snippet(article),
        "source": source,
        "warnings": [in_editors_words(warning) for warning in entry.warnings] if entry else [],
        "reading_time_in_file": examination.reading_time_in_file,
        "other_keys": [
            (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for key, value in (sorted(source.extra.items()) if source else ())  # jsonb keeps no order
        ],
    }


def _examine(article, source):
    """Return the findings on the article and its file, and the reason if the sandbox gave none."""
    original = bytes(source.original) if source else None
    path = source.path if source else ""
    try:
        found = calls.examine(original, path, timezone.get_default_timezone(), _words_of(article))
    except RefusedError as error:
        return Examination(), text_refusal(error)
    return found, ""


def _words_of(article):
    words, hero = article.hero_words, article.hero_image
    return ArticleWords(
        title=article.title,
        body=article.body,
        html=article.body_html,
        text=article.plain_text,
        excerpt=article.excerpt,
        meta_description=article.meta_description,
        share_quote=article.share_quote,
        has_hero=hero is not None,
        hero_address=hero.url if hero else "",
        hero_alt=words.alt,
        hero_credit=str(words.credit),
        hero_is_decorative=words.is_decorative,
        primary_category=article.primary_category.name if article.primary_category else "",
        categories=tuple(article.category_links.values_list("category__name", flat=True)),
        keywords=tuple(article.keywords),
        reading_time=article.reading_time,
        is_trending=article.is_trending,
        is_featured=article.is_featured,
    )
