"""Decode and encode files, and remove characters that are never part of a text."""

import codecs
import re

from blog.documents.limits import MAX_FILE_BYTES, in_megabytes
from blog.documents.notices import Notice, NoticeKind

MAX_CONTROL_SHARE = 0.05  # prose with a few stray characters is far below, archives and images are above

_CONTROL_BYTES = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in b"\t\n\r\f\x1b")
# Includes U+FEFF, U+FFFE and U+FFFF, which are invisible and rejected by YAML parsers.
_UNWANTED = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff"
_UNWANTED_CHARACTER = re.compile(f"[{_UNWANTED}]")
_UNIT = re.compile(rf"\r\n?|[{_UNWANTED}]|[^\r{_UNWANTED}]")
_CHARSET = re.compile(
    rb"<meta\s[^<>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([A-Za-z0-9_-]{1,20})", re.IGNORECASE
)
# Encodings of web pages that contain ASCII. Latin-1 is read as Windows-1252, as in browsers.
_DECLARED = re.compile(
    "big5|euc-(?:jp|kr)|gb18030|gb2312|gbk|iso-8859-(?:2|5|7|9|15)|koi8-[ru]|shift_jis|windows-125[0-7]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")

_BYTE_ORDER_MARKS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}


class DocumentError(ValueError):
    """Raised when a file is rejected. The message says what to fix; line is 1-based, or None if unknown."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.line = line

    @property
    def notice(self) -> Notice:
        return Notice(NoticeKind.INVALID, f"line {self.line}: {self}" if self.line else str(self), self.line)


def decode(data: bytes) -> tuple[str, str, list[Notice]]:
    """Return (text, encoding, notices) of a file. The text has no byte order mark."""
    _refuse_by_look(data)
    for encoding, mark in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _decode_marked(data, encoding, mark)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _decode_single_bytes(data, error.start)
    _refuse_binary(data)
    return text, "utf-8", []


def encode(text: str, encoding: str) -> bytes:
    """Return the bytes of a text in a file's encoding, or in UTF-8 if that encoding lacks a character."""
    mark = _BYTE_ORDER_MARKS.get(encoding, b"")
    try:
        data = mark + text.encode("utf-8" if encoding == "utf-8-sig" else encoding)
        # A legacy encoding is detected by invalid UTF-8. After an edit, the same bytes may be valid UTF-8.
        if mark or encoding == "utf-8" or decode(data)[0] == text:
            return data
    except UnicodeEncodeError as error:
        if error.reason == "surrogates not allowed":
            raise DocumentError("the text holds half of a character pair (\\ud800-\\udfff).") from None
    return text.encode()


def clean(text: str) -> str:
    r"""Return a text with "\n" for every newline, without control characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Removed characters are not printable, and isprintable() is faster for most texts.
    return text if text.replace("\n", "").isprintable() else _UNWANTED_CHARACTER.sub("", text)


def clean_value(value: str) -> tuple[str, int]:
    """Return a value without the control characters that were written as escapes, and their number."""
    if value.isprintable():
        return value, 0
    if _SURROGATE.search(value):
        try:
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise DocumentError("the value holds half of a character pair (\\ud800-\\udfff).") from None
    return clean(value), count_unwanted(value)


def count_unwanted(text: str) -> int:
    return len(_UNWANTED_CHARACTER.findall(text))


def line_of_first_unwanted(text: str) -> int:
    """Return the 1-based line of the first control character. The text must contain one."""
    return clean(text[: _UNWANTED_CHARACTER.search(text).start()]).count("\n") + 1


def raw_offsets(text: str, length: int) -> list[int]:
    """Return a list whose item n is the offset in `text` of character n of clean(text), up to `length`.

    Removed characters belong to the character before them, leading ones to the first character.
    """
    offsets = []
    for unit in _UNIT.finditer(text):
        if len(offsets) > length:
            break
        if not _UNWANTED_CHARACTER.match(unit[0]):
            offsets.append(unit.start())
    offsets.append(len(text))
    return [0, *offsets[1:]]


def _refuse_by_look(data):
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(f"the file is larger than {in_megabytes(MAX_FILE_BYTES)} MB.")
    if data.startswith(b"version https://git-lfs.github.com/spec/"):
        raise DocumentError("a Git LFS pointer, not the article: fetch the files with “git lfs pull”.")
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise DocumentError("the file is in UTF-32: save it as UTF-8.")


def _decode_marked(data, encoding, mark):
    try:
        text = data[len(mark) :].decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding == "utf-8-sig" else "UTF-16"
        raise DocumentError(f"the file begins as {name} but is not: save it as UTF-8.") from error
    _refuse_binary(text.encode())
    notices = [] if encoding == "utf-8-sig" else [Notice(NoticeKind.ENCODING, "text re-encoded from UTF-16.")]
    return text, encoding, notices


def _decode_single_bytes(data, first_odd_byte):
    if b"\0" in data:
        raise DocumentError("the file is binary data, not text.")
    _refuse_binary(data)
    line = clean(data[:first_odd_byte].decode("latin-1")).count("\n") + 1
    for encoding, name in (*_declared(data), ("windows-1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sentence = f"text re-encoded from {name}: it is not valid UTF-8 (line {line})."
        return text, encoding, [Notice(NoticeKind.ENCODING, sentence, line)]
    raise AssertionError("Latin-1 takes every byte")


def _declared(data):
    """Return the encoding that the <meta charset> of an HTML file states, as [(encoding, name)], or []."""
    found = _CHARSET.search(data, 0, 2048)
    name = found[1].decode().lower() if found else ""
    return [(name, name)] if _DECLARED.fullmatch(name) else []


def _refuse_binary(data):
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if controls > 8 and controls > len(data) * MAX_CONTROL_SHARE:
        raise DocumentError("the file is binary data, or UTF-16 without a byte order mark: save it as UTF-8.")
