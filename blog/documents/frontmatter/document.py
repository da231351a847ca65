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

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(notice.text for notice in self.notices)

    def dump(self) -> bytes:
        return self.original

    def patched(self, changes: Mapping[str, object], *, body: str | None = None) -> bytes:
        """Return the file with these keys and this body, and every other byte unchanged.

        The value REMOVED removes a key. Raises DocumentError if reading the result would not give exactly
        these changes.
        """
        wanted = self._wanted_changes(changes)
        new_body = self.body if body is None else clean(body)
        if not wanted and new_body == self.body:
            return self.original
        data = patch(self.original, self.dialect, self.fields, wanted, new_body)
        self._check(data, wanted, new_body)
        return data

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
            result = parse_document(data)
        except DocumentError as error:
            raise DocumentError(f"{keys} cannot be written into this file: {error}") from None
        for key in sorted(expected.keys() | result.fields.keys()):
            if not _same(result.fields.get(key, REMOVED), expected.get(key, REMOVED)):
                raise DocumentError(f"{key} cannot be changed in this file without changing more.")
        if result.body != body:
            raise DocumentError("the text cannot be written into this file.")


def parse_document(data: bytes) -> Document:
    """Parse a file. Raises DocumentError if it is not a valid document, with the line if known."""
    raw, encoding, notices = decode(data)
    text = clean(raw)
    split = split_text(text)
    if split.fence:
        front_matter = read_front_matter(text, split.fence, split.start, split.end)
        notices += front_matter.notices
    else:
        front_matter = FrontMatter(Dialect.NONE)
        notices.append(Notice(NoticeKind.NO_FRONT_MATTER, "no front matter.", detail=""))
    notices += _notices_of_removal(raw, text, front_matter)
    body = text[split.body :]
    return Document(
        data,
        encoding,
        front_matter.dialect,
        front_matter.fields,
        body,
        tuple(notices),
        line_at(text, split.body),
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
