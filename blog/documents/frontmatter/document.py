"""Parse a file into a Document: front matter, body, and the original bytes, for patching edits."""

from collections.abc import Mapping
from dataclasses import dataclass

from blog.documents.frontmatter.bounds import line_at, split_text
from blog.documents.frontmatter.edits import REMOVED, patch
from blog.documents.frontmatter.encoding import (
    DocumentError,
    clean,
    count_unwanted,
    decode,
    line_of_first_unwanted,
)
from blog.documents.frontmatter.html_files import (
    HtmlContent,
    as_html,
    as_markdown,
    find_content,
    is_html_name,
)
from blog.documents.frontmatter.notations import Dialect, FrontMatter, plain_value, read_front_matter
from blog.documents.frontmatter.value_formats import same_value
from blog.documents.notices import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class Document:
    original: bytes
    encoding: str
    dialect: Dialect
    fields: dict[str, object]
    body: str
    notices: tuple[Notice, ...]
    body_line: int = 1  # line of the file where the body begins
    html: "HtmlSource | None" = None  # of an HTML file

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(notice.text for notice in self.notices)

    @property
    def has_front_matter(self) -> bool:
        return self.dialect is not Dialect.NONE

    def patched(self, changes: Mapping[str, object], *, body: str | None = None) -> bytes:
        """Return the file with these keys and this body, and every other byte unchanged.

        The value REMOVED removes a key. Raises DocumentError if reading the result would not give exactly
        these changes.
        """
        wanted = self._wanted_changes(changes)
        new_body = self.body if body is None else clean(body)
        if not wanted and new_body == self.body:
            return self.original
        data = patch(self.original, self.dialect, self.fields, wanted, self._written(new_body))
        self._check(data, wanted, new_body)
        return data

    def _written(self, body):
        """Return the text to write below the front matter for this body."""
        if self.html is None:
            return body
        content, text = self.html.content, self.html.text
        if body == self.body:
            return text
        return text[: content.start] + as_html(body) + text[content.end :]

    def _wanted_changes(self, changes):
        wanted = {}
        for key, value in changes.items():
            try:
                plain = value if value is REMOVED else plain_value(value)
            except DocumentError as error:
                raise DocumentError(f"{key} cannot be written: {error}") from None
            if not _same(self.fields.get(key, REMOVED), plain):
                wanted[key] = plain
        return wanted

    def _check(self, data, changes, body):
        keys = ", ".join(changes) or "the text"
        expected = self.fields | changes
        expected = {key: value for key, value in expected.items() if value is not REMOVED}
        try:
            result = parse_document(data, is_html=self.html is not None)
        except DocumentError as error:
            raise DocumentError(f"{keys} cannot be written into this file: {error}") from None
        for key in sorted(expected.keys() | result.fields.keys()):
            if not _same(result.fields.get(key, REMOVED), expected.get(key, REMOVED)):
                raise DocumentError(f"{key} cannot be changed in this file without changing more.")
        if result.body != body:
            raise DocumentError("the text cannot be written into this file.")


@dataclass(frozen=True, slots=True)
class HtmlSource:
    """The text of an HTML file below its front matter, and the part of it that is the body."""

    text: str
    content: HtmlContent


def parse_file(data: bytes, path: str) -> Document:
    """Parse a file as HTML or Markdown, as its name says. Raises DocumentError."""
    return parse_document(data, is_html=is_html_name(path))


def parse_document(data: bytes, *, is_html: bool = False) -> Document:
    """Parse a file. Raises DocumentError if it is not a valid document, with the line if known."""
    raw, encoding, notices = decode(data)
    text = clean(raw)
    split = split_text(text)
    if split.fence:
        front_matter = read_front_matter(text, split.fence, split.start, split.end)
        notices += front_matter.notices
    else:
        front_matter = FrontMatter(Dialect.NONE)
    notices += _notices_of_removal(raw, text, front_matter)
    body, fields, html = text[split.body :], front_matter.fields, None
    if is_html:
        html = HtmlSource(body, find_content(body))
        fields = html.content.fields | fields
        body = as_markdown(body[html.content.start : html.content.end])
    if not split.fence and not fields:
        notices.append(Notice(NoticeKind.NO_FRONT_MATTER, "no front matter.", detail=""))
    return Document(
        data,
        encoding,
        front_matter.dialect,
        fields,
        body,
        tuple(notices),
        line_at(text, split.body),
        html,
    )


def _notices_of_removal(raw, text, front_matter):
    in_text = count_unwanted(raw) if raw is not text else 0
    count = in_text + front_matter.removed_characters
    if not count:
        return []
    characters = "1 control character" if count == 1 else f"{count} control characters"
    line = line_of_first_unwanted(raw) if in_text else None
    place = f" (the first in line {line})" if line else ""
    return [Notice(NoticeKind.CONTROL_CHARACTERS, f"{characters} removed{place}.", line)]


def _same(first, second):
    if first is REMOVED or second is REMOVED:
        return first is second
    return same_value(first, second)
