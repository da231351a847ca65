"""The side panels of the edit page: findings, search result snippet, source file, import messages."""

import json

from blog.articles.models import Article
from blog.desk.articles.findings import Finding, findings
from blog.desk.articles.snippet import snippet
from blog.desk.import_words import in_editors_words
from blog.documents.findings.kinds import FindingKind
from blog.review.models import Proof
from blog.review.proofs import fresh_proof
from blog.sandbox.messages import text_refusal
from blog.sandbox.refusals import RefusedError


def desk(article: Article) -> dict:
    """Return the template context of the side panels."""
    source = getattr(article, "source_file", None)
    shown, reading_time_in_file = _found_in(article)
    entry = article.import_entries.exclude(warnings=[]).order_by("-pk").first()
    return {
        "findings": shown,
        "snippet": snippet(article),
        "source": source,
        "warnings": [in_editors_words(warning) for warning in entry.warnings] if entry else [],
        "reading_time_in_file": reading_time_in_file,
        "other_keys": [
            (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for key, value in (sorted(source.extra.items()) if source else ())  # jsonb keeps no order
        ],
    }


def _found_in(article):
    """Return the findings to show, and the reading time that the article's file states."""
    try:
        proof = fresh_proof(article)
    except RefusedError as error:  # all processes are busy
        return [Finding(text_refusal(error), "id_body")], None
    except Proof.DoesNotExist:  # in the trash
        return [], None
    open_ones = article.findings.filter(is_settled=False).order_by("pk")
    kinds = map(FindingKind, open_ones.values_list("kind", flat=True))
    return findings(kinds), proof.reading_time_in_file
