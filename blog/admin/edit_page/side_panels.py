"""The side panels of the edit page: findings, search result snippet, source file, import messages."""

import json

from blog.admin.edit_page.findings import Finding, findings
from blog.admin.edit_page.snippet import snippet
from blog.admin.wording import in_editors_words
from blog.models import Article
from blog.proofing.examining import examine
from blog.refusals import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.sandbox.texts import Examination


def desk(article: Article) -> dict:
    """Return the template context of the side panels."""
    source = getattr(article, "source_file", None)
    examination, refusal = _examine(article)
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


def _examine(article):
    """Return what is found in the article and its file, and the reason if the sandbox gave none."""
    try:
        return examine(article), ""
    except RefusedError as error:
        return Examination(), text_refusal(error)
