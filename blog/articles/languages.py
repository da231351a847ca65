"""The languages of articles, to keep lists next to an article in its language."""

import re

from django.conf import settings

_TAG = re.compile("([A-Za-z]{2,8})(?:-[A-Za-z0-9]{1,8})*")


def base_language(tag: str) -> str:
    """Return the language of a tag without region or script: "pt" for pt-BR; "" for an invalid tag."""
    found = _TAG.fullmatch(tag)
    return found[1].lower() if found else ""


def same_languages(article) -> tuple[str, ...]:
    """Return the values of base_language that stand for the article's language. "" stands for the site's."""
    own, site = base_language(article.language), base_language(settings.LANGUAGE_CODE)
    return (site, "") if own in ("", site) else (own,)
