"""Compare the words of rendered texts with those of GitHub's renderer, cmark-gfm.

    .venv/bin/pip install cmarkgfm
    python -m tests.benchmarks.compare_words FOLDER ... [--show N]

For each folder, prints the number of texts and words, of texts with the same words, and of differences by
reason. Differences are intended unless their reason is "other"; the first N of these are shown. Both sides
are compared without case and punctuation. Template marks that readers see outside of code are counted, too.
cmarkgfm is in no list of requirements: nothing else needs it.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from blog.documents.cleanup.leftovers import find_leftovers
from blog.documents.frontmatter.document import parse_document
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.rendering.markdown import Rendering, render_markdown

WORD = re.compile(r"\w+")
LINK_TO_SECTION = re.compile(r'<a class="anchor".*?</a>', re.DOTALL)
DROPPED = frozenset("audio button head iframe object script style template title video".split())  # noqa: SIM905 -- shorter
INLINE = frozenset(("a", "b", "code", "del", "em", "i", "s", "span", "strong"))
HEAD = re.compile(r'<div class="code-head">.*?</div>', re.DOTALL)
MARKS = re.compile(r"\{\{|\{%|\[\[|<>|:::|\{:")
EMOJI = re.compile(r":([a-z0-9_+-]+):")
ESCAPED_TYPE = re.compile(r"`[^`\n]*\w&lt;[^`\n]*&gt;[^`\n]*`")
CALLOUT = re.compile(
    r"^[ \t>]*(?::{3,}|!{3}|\?{3}\+?|\[!)[ \t]*(.*)$|^[ \t>]*(\*\*[^*\n]{1,40}\*\*:?|[A-Z][A-Za-z ]{2,30}:)",
    re.MULTILINE,
)
FENCE = re.compile(r"^[ \t>]*(?:```|~~~)(.*)$", re.MULTILINE)
URL_WITH_TEMPLATE = re.compile(r"\]\([^()\n]*\{[{%].*?\)|^\s*\[[^\]\n]*\]:.*\{[{%].*$", re.MULTILINE)
# cmark-gfm shows the content of these elements as text.
ESCAPED_ELEMENT = re.compile(r"<(style|script|iframe|title)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
RAW_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>?")
ALT = re.compile(r"!\[([^\]]*)\]|(?:alt|title|caption)\s*[=:]\s*[\"']([^\"']*)")


class Difference(NamedTuple):
    reason: str
    before: str
    theirs: str
    ours: str


class _Words(HTMLParser):
    def __init__(self, dropped=DROPPED) -> None:
        super().__init__()
        self.names = dropped
        self.pieces: list[str] = []
        self.dropped: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.pieces.append("" if tag in INLINE else " ")
        if tag in self.names:
            self.dropped.append(tag)
        elif tag == "img" and not self.dropped:
            self.pieces.append(f" {dict(attrs).get('alt') or ''} ")

    def handle_endtag(self, tag):
        self.pieces.append("" if tag in INLINE else " ")
        if self.dropped and self.dropped[-1] == tag:
            self.dropped.pop()

    def handle_data(self, data):
        if not self.dropped:
            self.pieces.append(data)


def text_of(html: str, dropped=DROPPED) -> str:
    parser = _Words(dropped)
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)


def words_of(html: str) -> list[str]:
    return WORD.findall(text_of(html).casefold())


def marks_of(body: str) -> Counter[str]:
    """Count the template marks in the text that readers see outside of code."""
    html = render_markdown(body, highlight=False).html
    return Counter(MARKS.findall(text_of(html, DROPPED | {"code", "pre"})))


def compare(body: str, title: str, theirs: str) -> Iterator[Difference]:
    """Yield the differences between our rendering of a body and another one."""
    rendering = render_markdown(body, title=title, highlight=False)
    a, b = words_of(theirs), words_of(HEAD.sub(" ", LINK_TO_SECTION.sub("", rendering.html)))
    reasons = Reasons(body, title, rendering)
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind != "equal":
            reason = reasons.of(a[i:j], b[k:m])
            yield Difference(reason, " ".join(a[max(0, i - 5) : i]), " ".join(a[i:j]), " ".join(b[k:m]))


class Reasons:
    """The words of a text by the reason for which they may differ, in the order of preference."""

    def __init__(self, body: str, title: str, rendering: Rendering) -> None:
        leftovers = find_leftovers(body)
        sources = " ".join(f"{body[each.start : each.end]} {each.replacement}" for each in leftovers)
        sources += " ".join(URL_WITH_TEMPLATE.findall(body))
        self.losses = rendering.losses
        self.words = {
            "template syntax": _words(sources),
            "emoji or icon": _words(" ".join(EMOJI.findall(body))),
            "type escaped twice in code": _words(" ".join(ESCAPED_TYPE.findall(body))),
            "callout or label": _words(" ".join(map(" ".join, CALLOUT.findall(body)))) | {"note"},
            "title as heading": _words(title),
            "alt text or caption": _words(" ".join(map(" ".join, ALT.findall(body)))),
            "raw HTML": _words(" ".join(RAW_TAG.findall(body)))
            | _words(" ".join(found[0] for found in ESCAPED_ELEMENT.finditer(body))),
            "language or name of code": _words(" ".join(FENCE.findall(body))),
        }

    def of(self, theirs: list[str], ours: list[str]) -> str:
        changed = (Counter(theirs) - Counter(ours)) + (Counter(ours) - Counter(theirs))
        if not changed:
            return "order, as of figures and footnotes"
        if all(word.isdigit() for word in changed):
            return "number of a footnote"
        for reason, words in self.words.items():
            if words.issuperset(changed):
                return reason
        if set().union(*self.words.values()).issuperset(changed):
            return "several of these"
        if self.losses.passages and not Counter(ours) - Counter(theirs):
            return "passage around missing output"
        return "other"


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


def _texts(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".markdown", ".mdx") and path.is_file():
            try:
                document = parse_document(path.read_bytes())
            except DocumentError as error:
                sys.stderr.write(f"{path}: {error}\n")
                continue
            yield path, str(document.fields.get("title", "")), document.body


def compare_folder(folder: Path, show: int) -> None:
    import cmarkgfm
    from cmarkgfm.cmark import Options

    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    texts = same = words = 0
    reasons: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    for path, title, body in _texts(folder):
        theirs = cmarkgfm.github_flavored_markdown_to_html(body, options=options)
        found = list(compare(body, title, theirs))
        texts, same, words = texts + 1, same + (not found), words + len(words_of(theirs))
        marks += marks_of(body)
        reasons.update(difference.reason for difference in found)
        for each in found:
            if each.reason == "other" and reasons["other"] <= show:
                sys.stdout.write(
                    f"  {path.name}: … {each.before} [-{each.theirs[:200]}-] [+{each.ours[:200]}+]\n"
                )
    counted = ", ".join(f"{reason}: {number}" for reason, number in reasons.most_common()) or "none"
    sys.stdout.write(
        f"{folder.name}: {texts} texts, {words} words; {same} with the same words. Differences: {counted}. "
        f"Marks: {dict(marks) or 'none'}\n"
    )


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER", type=Path)
    parser.add_argument("--show", type=int, default=20, metavar="N")
    options = parser.parse_args(arguments)
    for folder in options.folders:
        compare_folder(folder, options.show)


if __name__ == "__main__":
    main()
