"""Markdown that other processors read: without leftovers of site generators, and with public URLs.

The text of an article may name other files and images by their paths relative to its own file. These paths
are replaced with the URLs that readers use. A link that leads nowhere becomes its text, and a missing image
its alt text. Code is not changed.
"""

import re
from collections.abc import Callable, Iterable
from html import unescape

from blog.documents.characters import clean_characters
from blog.documents.cleanup.callouts import replace_directives
from blog.documents.cleanup.leftovers import replace_leftovers
from blog.documents.cleanup.scan import LOST, NOTHING
from blog.documents.parsing.markdown import block_ranges

LONGEST = 2000  # characters of a label, of a destination, or of a code span

# Takes a URL as written, and whether it is an image's. Returns the public URL, or None if there is none.
Resolver = Callable[[str, bool], str | None]

_DESTINATION = (
    rf"(?:<(?P<angled>[^<>\n]{{0,{LONGEST}}}+)>"
    rf"|(?P<bare>(?:[^\s()<>]|\([^\s()<>]{{0,{LONGEST}}}\)){{0,{LONGEST}}}+))"
)
# An object as the value of an attribute in MDX, also as replace_leftovers() writes it.
_STYLE = rf"(?:\{{\{{[^{{}}]{{0,{LONGEST}}}\}}\}}|&#123;&#123;[^<>{{}}]{{0,{LONGEST}}}?&#125;&#125;)"
_PIECE = re.compile(
    rf"(?P<code>(?<!`)(?P<ticks>`+)(?!`)[^\0]{{1,{LONGEST}}}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<escape>\\.)"
    rf"|(?P<inline>(?P<sign>!?)\[(?P<label>(?:[^\[\]\\]|\\.|\[[^\[\]]{{0,{LONGEST}}}\]){{0,{LONGEST}}}+)\]"
    rf"\([ \t\n]*{_DESTINATION}"
    r"(?P<title>[ \t\n]+(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?[ \t\n]*\))"
    rf"|(?P<component>[ \t]+[\w-]+={_STYLE}(?=[^<>]{{0,{LONGEST}}}+>))"
    rf"|(?P<defined>^[ >]{{0,12}}\[[^\[\]\n^][^\[\]\n]{{0,{LONGEST}}}\]:[ \t]*)<?(?P<target>[^\s<>]+)>?"
    r"|(?P<attribute>\b(?P<name>href|src)[ \t]*=[ \t]*(?P<quote>[\"']))(?P<value>[^\"'<>\n]*)(?P=quote)",
    re.MULTILINE,
)
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")


def portable_text(text: str) -> str:
    """Return a text without the leftovers of site generators, as Markdown."""
    shown = replace_leftovers(replace_directives(clean_characters(text)))
    return shown.replace(LOST, "").replace(NOTHING, "")


def links_in(text: str) -> set[str]:
    """Return the URLs of the links in a text, as written."""
    found = set()

    def note(address, is_image):
        if not is_image:
            found.add(address)
        return address

    with_resolved(text, note)
    return found


def with_resolved(text: str, resolve: Resolver) -> str:
    """Return a text with the URLs of its links and images replaced, outside of code."""
    return "".join(
        part if is_code else _PIECE.sub(lambda found: _replaced(found, resolve), part)
        for part, is_code in _parts(text)
    )


def _parts(text: str) -> Iterable[tuple[str, bool]]:
    """Yield (part, whether it is a block of code)."""
    position = 0
    for start, end in block_ranges(text)[0]:
        yield text[position:start], False
        yield text[start:end], True
        position = end
    yield text[position:], False


def _replaced(found, resolve):
    if found["inline"]:
        return _link(found, resolve)
    if found["component"]:
        return ""
    if found["defined"]:
        written = found["target"]
        return found["defined"] + _angled(_resolved(written, resolve, is_image=False) or f"/{written}")
    if found["attribute"]:
        written = found["value"]
        address = _resolved(written, resolve, is_image=found["name"] == "src")
        return f"{found['attribute']}{address or ''}{found['quote']}"
    return found[0]


def _link(found, resolve):
    written = found["bare"] if found["angled"] is None else found["angled"]
    is_image = found["sign"] == "!"
    label = found["label"] if is_image else with_resolved(found["label"], resolve)
    address = _resolved(written, resolve, is_image=is_image)
    if address is None:
        return label
    if address == _plain(written):
        destination = f"<{written}>" if found["angled"] is not None else written
    else:
        destination = _angled(address)
    return f"{found['sign']}[{label}]({destination}{found['title'] or ''})"


def _resolved(written, resolve, *, is_image):
    return resolve(_plain(written), is_image)


def _plain(written):
    return unescape(_BACKSLASH.sub(r"\1", written)).strip()


def _angled(address):
    return f"<{address}>" if re.search(r"[\s()]", address) else address
