"""What stands beside an article's text while it is edited: its flaws, its file, what the import said."""

import json

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.admin.wording import in_editors_words
from blog.documents import parse_document, read_fields
from blog.documents.findings import find_flaws
from blog.models import Article


def desk(article: Article) -> dict:
    """Return what the side panels of the article's page show."""
    source = getattr(article, "source_file", None)
    in_file = fields_in_file(source) if source else None
    entry = article.import_entries.exclude(warnings=[]).order_by("-pk").first()
    return {
        "flaws": [_(sentence) for sentence in article_flaws(article, in_file)],
        "source": source,
        "warnings": [in_editors_words(warning) for warning in entry.warnings] if entry else [],
        "reading_time_in_file": in_file.reading_time if in_file else None,
        "other_keys": [
            (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for key, value in (sorted(source.extra.items()) if source else ())  # PostgreSQL keeps no order
        ],
    }


def article_flaws(article, in_file):
    image = article.hero_image
    return find_flaws(
        title=article.title,
        text=article.plain_text,
        html=article.body_html,
        excerpt=article.excerpt,
        meta_description=article.meta_description,
        share_quote=article.share_quote,
        hero_alt=image.alt if image else None,
        primary_category=article.primary_category.name if article.primary_category else "",
        categories=tuple(article.category_links.values_list("category__name", flat=True)),
        reading_time=article.reading_time,
        reading_time_in_file=in_file.reading_time if in_file else None,
    )


def fields_in_file(source):
    """Return the fields that the kept file gives, or None should today's reader refuse it."""
    try:
        document = parse_document(bytes(source.original))
        return read_fields(document, path=source.path, time_zone=timezone.get_default_timezone())
    except ValueError:
        return None
