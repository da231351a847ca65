"""Find statements about the acts and results of named companies, products, places and events."""

import re
from itertools import chain

from blog.documents.claims.sentences import Block, Sentence
from blog.documents.claims.vocabulary import ADDRESSES, NO_NAMES

_NAME_WITHIN = re.compile(r" (?<=[\w,;)”’] )[*_\[]{0,2}([A-ZÀ-Þ0-9][\w’'À-ÿ.-]*[\w])")
_NAME_FIRST = re.compile(
    r"[\W_]*([A-ZÀ-Þ][\w’'À-ÿ-]+) (?=(?:was|were|had|has|did|is|\w+ed|took|made|gave|uses|used|wurde"
    r"|hatte)\b)"
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|took|made|gave|brought|sold|lost|went|came|built|grew|fell|ran|won|held"
    r"|kept|became|began|left|led|"
    r"hung|struck|spent|found|got|thought|stood|drew|rose|broke|threw|chose|wrote|let|wurden?|hatten?"
    r"|war|waren|gab|lag|fehlten|hingen|"
    r"standen|stellten|bekam|kam|kamen|ging|hieß|\w{3,}[^e]ed(?= "
    r"(?:an?|the|its|their|his|her|our|my|that|how|it|them|him|us|me|all|more|into|at|out|up|down|away|back"
    r"|over|from|[A-ZÀ-Þ]\w*|\d[\d.,]*)\b|[.,;]))\b"
)
_LABEL = re.compile(r"[*_]{2}[^*\n]{1,100}[*_]{2}")
_NO_NAME = re.compile(r"^[A-Z0-9-]{2,6}s?$|-[a-z]|^[A-Z][a-z]{1,3}$")  # IDs, AI-powered
# matches "*Cloud Atlas* has six stories"
_TITLE_OF_WORK = re.compile(r"(?<!\*)\*[A-ZÀ-Þ][\w’']*(?: [\w’'-]+){0,5} [A-ZÀ-Þ][\w’'-]*\*(?!\*)")
# matches "* **Netflix:** Uses the cloud for"
_COMPANY = re.compile(
    r"[-*+] [*_]{2}([A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)?):?[*_]{2}:? (?:\1 )?[A-Za-z]+s "
    r"(?:an?|the|its|their|on|customers|cloud) "
)
_PARTICIPLE_ONLY = re.compile(
    r"\b(?:is|are|be|been|being|get|gets) (?:\w+ly )?\w+ed\b|\b(?:based|detailed|needed|advanced"
    r"|increased|related|led by|used to|called|so-called) "
)
_UNCERTAIN = frozenset("if should may might such imagine suppose example want need if we'd would".split())
_NOTHING_TOLD = ADDRESSES | _UNCERTAIN
_TOKEN = re.compile(r"[^\W\d_][\w’'-]*")


def has_example(sentence: Sentence, lower: frozenset[str], in_headings: frozenset[str] = frozenset()) -> bool:
    """Whether the sentence reports an event about a named thing, and does not address the reader.

    Named things are companies, products, projects, places and events. lower is from lower_case_words().
    """
    if not _may_tell(sentence):
        return False
    if _TITLE_OF_WORK.search(sentence.text) or _is_about_company(sentence, lower, in_headings):
        return True
    text = _LABEL.sub(" ", sentence.text)
    return _names_something(text, lower, in_headings) and _is_about_past(text)


def _is_about_company(sentence, lower, in_headings):
    found = _COMPANY.match(sentence.text)
    return found is not None and all(_is_name(part, lower, in_headings) for part in found[1].split())


def _may_tell(sentence):
    if sentence.block in (Block.HEADING, Block.ROW, Block.FOOTNOTE):
        return False
    return _NOTHING_TOLD.isdisjoint(sentence.words)


def _is_about_past(text):
    return _PAST.search(_PARTICIPLE_ONLY.sub(" ", text)) is not None


def _names_something(text, lower, in_headings):
    found = chain(_NAME_WITHIN.finditer(text), filter(None, [_NAME_FIRST.match(text)]))
    return any(_is_name(name[1], lower, in_headings) for name in found)


def _is_name(name, lower, in_headings):
    word = name.lower().removesuffix("'s").removesuffix("’s")
    if _NO_NAME.search(name) or word in in_headings:
        return False
    return name != "I" and word not in lower and word not in NO_NAMES and not name.replace(".", "").isdigit()


def read_tokens(body: str) -> list[str]:
    """Return the words of a text in order, without markup."""
    return _TOKEN.findall(body)


def lower_case_words(tokens: list[str]) -> frozenset[str]:
    """Return the words that occur in lower case, and so are not names."""
    return frozenset(word for word in set(tokens) if word[0].islower())
