"""The sidebar of the edit page: findings, search preview, files."""

import json
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from blog import extend
from blog.articles.models import Article
from blog.desk.import_words import lines_for_editors
from blog.reader.page_head import DESCRIPTION_LENGTH, TITLE_LENGTH, Metadata, article_description
from blog.review.kinds import describe_finding
from blog.review.proofs import get_or_create_check
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.site.addresses import absolute
from blog.site.identity import site_identity

# {field of an article: id of the element on the edit page}; the default is "id_" and the field name
ANCHORS = {"reading_time": "panel-file"}


def side_panel_context(article: Article) -> dict:
    """Return the template context of the sidebar."""
    source = getattr(article, "source_file", None)
    shown, reading_time_in_file = _found_in(article)
    entry = article.import_entries.exclude(warnings=[]).order_by("-pk").first()
    # The notices of the warnings are the last ones.
    notices = entry.notices[-len(entry.warnings) :] if entry else []
    return {
        "findings": shown,
        "snippet": snippet(article),
        "source": source,
        "warnings": lines_for_editors(notices),
        "reading_time_in_file": reading_time_in_file,
        "other_keys": [
            (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for key, value in (sorted(source.extra.items()) if source else ())  # jsonb keeps no order
        ],
    }


def _found_in(article):
    """Return the findings to show, and the reading time from the article's file in minutes or None."""
    if article.trashed_at:
        return [], None
    try:
        proof = get_or_create_check(article)
    except RefusedError as error:
        return [{"sentence": text_refusal(error), "anchor": "id_body"}], None
    open_ones = article.findings.filter(is_settled=False).order_by("pk")
    return findings(open_ones.values_list("kind", flat=True)), proof.reading_time_in_file


def findings(kinds: Iterable[str]) -> list[dict]:
    """Return one message per kind of finding, in order, with the screen or the id to link to, or ""."""
    described = ((name, describe_finding(name)) for name in dict.fromkeys(kinds))
    return [
        {
            "sentence": _(kind.sentence),
            "url_name": extend.screen_of_finding(name),
            "anchor": ANCHORS.get(kind.field, f"id_{kind.field}"),
        }
        for name, kind in described
        if kind
    ]


def snippet(article: Article) -> dict:
    """Return the search preview of the saved article, with the limits for the script that updates it."""
    words = " ".join(article.meta_description.split())
    shown = article_description(article)
    kept = shown.removesuffix("…")
    return {
        "site": site_identity().name,
        "title": Metadata(article.title, path="").document_title,
        "title_length": TITLE_LENGTH,
        "length": DESCRIPTION_LENGTH,
        "address": absolute("/articles/"),
        "slug": article.slug,
        "shown": shown,
        "cut": words[len(kept) :].strip() if words.startswith(kept) and shown.endswith("…") else "",
        "summary": article.excerpt_or_opening or shown,
    }


def waiting_file(article: Article, *, may_decide: bool) -> dict | None:
    """Return the path, time and comparison URL of the held update of the article; None if there is none.

    The URL is "" if the user may not decide on held updates.
    """
    held = article.held_updates.waiting().only("path", "held_at").first()
    if held is None:
        return None
    address = reverse("admin:blog_heldupdate_change", args=[held.pk]) if may_decide else ""
    return {"path": held.path, "since": held.held_at, "address": address}
