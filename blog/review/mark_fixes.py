"""Plan the fix of one mark that needs no reading: the answer “Fix” of the proof.

A label in the text goes with its words. These move to the field that the label names if that is blank or has
a finding; a social snippet replaces a share quote that only asks to read the article. The other findings have
the fixes that are also offered for many articles.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from blog.articles.models import Article
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.field_rules import find_field_findings
from blog.documents.findings.fixes import apply, fixes_for, leaves_fewer_findings
from blog.documents.findings.kinds import FindingKind
from blog.documents.findings.structure import ending_findings, without_code
from blog.documents.quotation_marks import count_lone_marks
from blog.documents.text import strip_markdown_inline, strip_outer_quotes
from blog.review.examination import article_text_values
from blog.review.marks import Mark
from blog.review.removal_concerns import new_faults

_FIELD = re.compile(
    r"(?P<share_quote>social|share|tweet)|(?P<keywords>keyword)|(?P<title>title)|(?P<excerpt>excerpt)"
    r"|(?P<meta_description>description)|(?P<text>call|cta)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"[ \t>#+-]*(?:\*[ \t]+)?(?P<emphasis>[*_]*)")  # a label, in its line
_WORD = re.compile(r"\w+")
_BLANKS = re.compile(r"[ \t]*")
# The rest of the paragraph, up to a line with another label, a list item, a heading or an image.
_WORDS = re.compile(
    r"[^\n]*(?:\n(?![ \t>]*(?:\n|\Z|[-+#|!`]|\*[ \t]|\d+[.)]|[*_]*[\w /-]{1,30}[*_]*:))[^\n]+)*"
)
_QUOTE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_QUOTE_GOES_ON = re.compile(r"\n[ \t]*>[ \t]*(?:\n|\Z)")


def plan_fix(article: Article, mark: Mark) -> dict[str, object]:
    """Return the changes that fix the finding of a mark, {field: new value}, or {} if there is no fix.

    The changes make no other finding.
    """
    if mark.is_claim or mark.kind not in FindingKind:
        return {}
    kind, words = FindingKind(mark.kind), article_text_values(article)
    if kind == FindingKind.LABEL_IN_TEXT:
        return fix_label(words, mark.start, mark.end)
    planned = (apply(fix, words) for fix in fixes_for(kind))
    return next((each for each in planned if each and leaves_fewer_findings(words, each, kind)), {})


def fix_label(words: ArticleWords, start: int, end: int) -> dict[str, object]:
    """Return the changes that remove the label at body[start:end], or {} if each would make a finding."""
    line = words.body.rfind("\n", 0, start) + 1
    before = _BEFORE.fullmatch(words.body, line, start)
    planned = _planned(words, before, end) if before else ()
    return next((changes for changes, text in planned if _makes_no_finding(words, changes, text)), {})


def _planned(words, before, end) -> Iterator[tuple[dict[str, object], str]]:
    """Yield changes, the best first, each with the plain text afterwards."""
    body, line, start = words.body, before.start(), before.end()
    place = _WORDS.match(body, end).end()
    labelled = strip_markdown_inline(" ".join(_QUOTE_MARKS.sub("", body[line:place]).split()))
    label, _colon, value = labelled.partition(":")
    value = value.strip()
    field = _FIELD.search(body, start, end)
    field = field.lastgroup if field else ""
    is_whole = not (count_lone_marks(value) or _QUOTE_GOES_ON.match(body, place))
    if value and field != "text" and is_whole:
        text = _text_without(words.text, label, value)
        rest = {"body": _without(body, line, place)}
        moved = {field: _value_of(field, value)} if field else {}
        if moved and (not getattr(words, field) or _kinds(replace(words, **moved)) < _kinds(words)):
            yield moved | rest, text
        yield rest, text
    yield {"body": _without_label(body, before, end)}, _text_without(words.text, label, value, value)


def _value_of(field, value):
    if field == "keywords":
        return [word.strip() for word in re.split("[,;]", value.rstrip(".")) if word.strip()]
    return strip_outer_quotes(value)


def _text_without(text, label, value, replacement=""):
    """Replace the label and its words in a plain text, whatever their punctuation. It may lack the label."""
    words, optional = (r"[^\w\n]+".join(map(re.escape, _WORD.findall(each))) for each in (value, label))
    return re.sub(rf"(?:{optional}[^\w\n]+)?{words}[^\w\n]*", lambda _: f"{replacement}\n", text, count=1)


def _without(body, start, end):
    """Return the text without these lines, and without the blank lines after them."""
    before, after = body[:start], body[end:]
    if not after.strip():
        return before.rstrip() + after
    is_paragraph = not before.strip() or before.endswith("\n\n")
    return before + (after.lstrip("\n") if is_paragraph and after.startswith("\n\n") else after[1:])


def _without_label(body, before, end):
    start, emphasis = before.end(), before["emphasis"]
    is_closed = bool(emphasis) and body[start:end].rstrip(" \t:").endswith(emphasis)
    if emphasis and (is_closed or body.startswith(emphasis, end)):
        start, end = start - len(emphasis), end + (0 if is_closed else len(emphasis))
    return body[:start] + body[_BLANKS.match(body, end).end() :]


def _makes_no_finding(words, changes, text):
    values = (str(value) for field, value in changes.items() if field != "body")
    if any(map(count_lone_marks, values)) or any(new_faults(words.body, changes["body"])):
        return False
    allowed = _kinds(words)
    if FindingKind.SHARE_TEXT_IS_CALL in allowed:  # the words of a snippet say more than an advertisement
        allowed.add(FindingKind.SHARE_TEXT_UNSAID)
    return _kinds(replace(words, **changes, text=text)) <= allowed


def _kinds(words):
    findings = (*find_field_findings(words), *ending_findings(words.body, without_code(words.body)))
    return {finding.kind for finding in findings}
