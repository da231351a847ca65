"""What a limited process does with texts: it reads files, renders, and looks for flaws."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from blog.documents.addresses import REMOTE
from blog.documents.emptiness import is_empty
from blog.documents.fields import ArticleFields, read_fields
from blog.documents.findings import find_flaws
from blog.documents.frontmatter import Document, DocumentError, parse_document
from blog.documents.notices import Kind, Notice
from blog.documents.rendering import Rendering, ResolvedImage, render_markdown
from blog.sandbox.child import serve


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, and how it looks if its images are where their addresses say."""

    fields: ArticleFields | None = None
    rendering: Rendering | None = None
    images: frozenset[str] = frozenset()
    refusal: Notice | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Examination:
    """What an editor should look at, and the reading time that the article's file gives."""

    flaws: tuple[str, ...] = ()
    reading_time_in_file: int | None = None


def main() -> None:
    serve({"read": read_text, "fields": read_values, "render": render, "examine": examine})


def read_text(data: bytes, path: str, time_zone: tzinfo) -> Reading:
    """Read and render a file; why it is refused is part of the result."""
    started = time.monotonic()
    images = set()

    def resolve(address):
        images.add(address)
        return ResolvedImage(address)

    try:
        document = parse_document(data)
        fields = read_fields(document, path=path, time_zone=time_zone)
    except DocumentError as error:
        return Reading(refusal=error.notice)
    rendering = render_markdown(fields.body, title=fields.title, resolve_image=resolve)
    # A heading that repeats the title is not shown, but a file that holds one is a beginning, not a loss.
    if is_empty(rendering.html) and is_empty(render_markdown(fields.body, resolve_image=resolve).html):
        return Reading(refusal=_what_is_empty(document), seconds=time.monotonic() - started)
    images.update(rendering.images)
    return Reading(fields, rendering, frozenset(images), seconds=time.monotonic() - started)


def read_values(data: bytes, path: str, time_zone: tzinfo) -> Reading:
    """Read what a file says, without rendering it; why it is refused is part of the result."""
    try:
        return Reading(read_fields(parse_document(data), path=path, time_zone=time_zone))
    except DocumentError as error:
        return Reading(refusal=error.notice)


def render(text: str, title: str, images: Mapping[str, ResolvedImage | None], highlight: bool) -> Rendering:
    """Render a text whose images stand at these addresses; others on the web are where they say."""

    def resolve(address):
        if address.strip() in images:
            return images[address.strip()]
        return ResolvedImage(address) if address.startswith(REMOTE) else None

    return render_markdown(text, title=title, resolve_image=resolve, highlight=highlight)


def examine(original: bytes | None, path: str, time_zone: tzinfo, article: dict[str, Any]) -> Examination:
    """Look through an article, whose values are those of find_flaws(), and the file from which it came."""
    in_file = _reading_time_in(original, path, time_zone) if original is not None else None
    return Examination(tuple(find_flaws(reading_time_in_file=in_file, **article)), in_file)


def _what_is_empty(document: Document) -> Notice:
    if document.body.strip():
        what = "nothing of the text would be shown: it holds but blanks, comments or the like."
    else:
        what = "there is no text below the front matter." if document.fields else "the file is empty."
    return Notice(Kind.EMPTY, f"{what} An article that came from it before stays as it is.")


def _reading_time_in(original, path, time_zone):
    try:
        return read_fields(parse_document(original), path=path, time_zone=time_zone).reading_time
    except ValueError:  # should today's reader refuse it
        return None
