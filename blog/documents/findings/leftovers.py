"""Find generator leftovers: labels, placeholders and template commands."""

import re
from collections.abc import Iterator
from itertools import islice

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.text import casefolded

MAX_COMMANDS = 50  # per text

_LABEL = re.compile(  # begins with a newline, which is found much faster than the start of a line
    r"\n[ \t>*_#+\[-]{0,20}(?P<label>(?:social[ _-]?(?:media[ _-]?)?(?:snippet|share|post)"
    r"|(?:seo|meta)[ _-]?(?:title|description|keywords)|share[ _-](?:text|quote)|tweetable(?:[ _-]quote)?"
    r"|alt[ _-]?text|image[ _-]prompt|word[ _-]count|call[ _-]to[ _-]action|cta)[*_]{0,3}[ \t]?:)",
    re.IGNORECASE,
)
# In the first and last lines only: elsewhere these may belong to a text about a book or a study.
_LABEL_AT_EDGE = re.compile(
    r"[ \t>*_#+-]{0,20}(?P<label>(?:(?:page |article )?title|excerpt"
    r"|(?:(?:focus|primary|target|main) )?keywords?)[*_]{0,3}[ \t]?:)",
    re.IGNORECASE,
)
_LINE = re.compile(r"\S[^\n]*")
EDGE_LENGTH = 2000  # characters at each end of a text
# In square brackets, but not the text of a link.
_BRACKETS = r"\[(?:{})\](?![(\[:])"
_FILLED_IN = (  # before a number or letter: [Platform 4], [Brand A]
    "app|author|benefit|book|brand|case study|city|company|competitor|country|example|expert|feature|link"
    "|model|option|organi[sz]ation|paper|platform|product|provider|resource|software|strength|study|tool"
    "|use case|vendor|weakness|website"
)
_TO_BE_FILLED_IN = re.compile(
    _BRACKETS.format(
        r"(?:insert|your|enter|replace with|fill in|add (?:a|an|the|your|link|image)"
        r"|(?:image |logo )?placeholder|projected|buy|cite|keywords?(?=:)|(?:brief|specific|relevant) [\w-]+"
        r"|consider (?:adding|citing|including|linking|mentioning)"
        r"|(?:affiliate )?links? (?:to|here|for)|links? to be added|hypothetical [^\]\n]{1,60}"
        r"|short description of"
        r"|todo|tbd|tba|list (?:of|relevant|some) (?:[\w-]+ )"
        r"|(?:company|author|artist|product|client|brand|city|industry|first|last|source|expert)"
        r"(?:['’]s)? ?(?:name|title|link|url|here))\b[^\]\n]{0,300}"
        r"|name|date|url|link|(?:dollar )?amount|percentage|link here"
        r"|phone number|e-?mail(?: address)?|citation needed"
        r"|source needed|(?:[\w’'-]+ ){1,4}(?:name|title and link)(?: \d)?"
        r"|(?:city|company|competitor|location)"
        rf"|(?:[\w-]+ )?(?:{_FILLED_IN}) (?:\d|[A-E])"
    ),
    re.IGNORECASE,
)
_PLACEHOLDER_IN_ROUND_BRACKETS = (
    r"|\((?:(?:image|link|name|source|text) )?placeholder\b[^()\n]{0,120}\)"
    r"|\(insert (?:an? |the )?(?:[\w-]+ ){0,3}"
    r"(?:image|picture|photo|chart|graph|diagram|illustration|infographic)\b[^()\n]{0,120}\)"
    r"|\((?:an )?image(?: of an?| depicting| demonstrating| illustrating| representing| showcasing"
    r"| showing|: an?) "
    r"[^()\n]{0,200}\)"
)
_TO_BE_REPLACED = re.compile(
    _TO_BE_FILLED_IN.pattern
    + _PLACEHOLDER_IN_ROUND_BRACKETS
    + r"|\blorem ipsum\b|\bx{2,4}\s?%|\$x{2,4}\b|\$x (?:m|b|tr)illion\b|\bTODO:|\bdolor sit amet\b",
    re.IGNORECASE,
)
# Without any of these, a text has placeholders in square brackets only, which a faster pattern finds.
_FILLERS = (
    "lorem ipsum",
    "xx",
    "todo:",
    "placeholder",
    "(insert ",
    "dolor sit amet",
    "$x ",
    "(image",
    "(an image ",
)
_EXAMPLE_HOSTS = ("example.com", "site.com", "domain.com", "via.placeholder.com")
_PICTURE = re.compile(
    _BRACKETS.format(
        r"(?:IMAGE|PICTURE|PHOTO|VIDEO|CHART|DIAGRAM|GRAPH|SCREENSHOT|INFOGRAPHIC|FIGURE|TABLE|CTA|EMBED)"
        r"(?:[ :_-][^\]\n]{0,300})?"
    )
)
_EXAMPLE_ADDRESS = re.compile(
    r"[\]@wW](?i:(?<=\])\(\s?<?(?:https?:)?(?://)?(?:www\.)?"
    r"(?:example\.com|via\.placeholder\.com|your-?(?:website|site|domain)\.com)\b"
    r"|(?<=\bw)ww\.example\.com\b|(?<=@)example\.com\b)"
)
_COMMENT_INVITATION = re.compile(
    r"\b(?:share|tell|let|leave|drop|join|post|ask|discuss|comment)\b[^.!?\n]{0,100}?"
    r"\b(?:in the comments?\b(?: section)?(?: below)?|(?:a|your) comments? below\b)"
    r"|\bleave (?:us |me )?(?:a|your) comment\b(?: below)?",
    re.IGNORECASE,
)
# Shortcodes, and tags that the renderer supports, are not leftovers.
_COMMAND = re.compile(
    r"\{\{(?![<%])[^{}\n]{0,300}\}\}"
    r"|<%[=-][^%\n]{0,300}%>"
    r"|\{%(?!-?\s?(?:end|highlight|raw|link|post_url|comment|embed|figure|ima?ge?|youtube|video|gist))[^%\n]{0,300}%\}"
)


def label_findings(prose: str) -> Iterator[Finding]:
    """Yield the labels of fields and notes, such as “Meta description:”, at the start of a line."""
    spans = {(found.start("label") - 1, found.end("label") - 1) for found in _LABEL.finditer(f"\n{prose}")}
    for start, end in sorted(spans.union(_labels_at_edges(prose))):
        yield Finding(FindingKind.LABEL_IN_TEXT, start, end, prose[start:end])


def _labels_at_edges(prose):
    tail = prose.find("\n", len(prose) - EDGE_LENGTH) if len(prose) > EDGE_LENGTH else 0
    for lines in (_LINE.finditer(prose, 0, EDGE_LENGTH), reversed([*_LINE.finditer(prose, tail)])):
        for line in lines:
            if found := _LABEL_AT_EDGE.match(line[0]):
                yield line.start() + found.start("label"), line.start() + found.end("label")
            elif not _LABEL.match(f"\n{line[0]}"):
                break


def comment_findings(prose: str) -> Iterator[Finding]:
    """Yield invitations to comment: pages have no comments."""
    for found in _COMMENT_INVITATION.finditer(prose) if "comment" in casefolded(prose) else ():
        yield Finding(FindingKind.COMMENTS_INVITED, found.start(), found.end(), found[0])


def placeholder_findings(words: ArticleWords, prose: str) -> Iterator[Finding]:
    """Yield the placeholders in the body, title, excerpt, meta description and share quote."""
    for pattern in _patterns_of_placeholders(casefolded(prose)):
        for found in pattern.finditer(prose):
            yield Finding(FindingKind.PLACEHOLDER, found.start(), found.end(), found[0])
    for text in (words.title, words.excerpt, words.meta_description, words.share_quote):
        if found := _to_be_replaced(text.casefold()).search(text):
            yield Finding(FindingKind.PLACEHOLDER_ABOVE_TEXT, words=found[0])


def _patterns_of_placeholders(folded):
    yield _to_be_replaced(folded)
    yield _PICTURE
    if any(host in folded for host in _EXAMPLE_HOSTS):
        yield _EXAMPLE_ADDRESS


def _to_be_replaced(folded):
    """Return the fastest pattern that suffices for placeholders. `folded` is the case-folded text."""
    return _TO_BE_REPLACED if any(filler in folded for filler in _FILLERS) else _TO_BE_FILLED_IN


def command_findings(prose: str) -> Iterator[Finding]:
    """Yield template commands. The renderer removes them, so something is missing there."""
    for found in islice(_COMMAND.finditer(prose), MAX_COMMANDS):
        yield Finding(FindingKind.TEMPLATE_SYNTAX, found.start(), found.end(), found[0])
