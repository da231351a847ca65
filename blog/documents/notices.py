"""What an import reports of a file: notices, each of one of the kinds below.

What editors are told of a text is no notice but a finding: see findings.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Severity(StrEnum):
    WARNING = "warning"  # the file is in, but something of it was changed, guessed or left out
    REFUSAL = "refusal"  # the file is not in, and somebody has to decide or to mend it
    INFORMATION = "information"  # nothing has to be done


_WARNING, _REFUSAL, _INFORMATION = Severity


class NoticeKind(Enum):
    """The kinds of notices, with what each means. docs/importing.md has the same table."""

    ENCODING = _WARNING, "The file is not in UTF-8, and was read as what it seems to be."
    CONTROL_CHARACTERS = _WARNING, "Control characters were taken out."
    NO_FRONT_MATTER = _WARNING, "There is no front matter: the whole file is the text."
    DOUBLED_KEY = _WARNING, "A key occurs twice: the last one counts."
    EMPTY_KEYS = _WARNING, "Keys have no value."
    ODD_KEYS = _WARNING, "Keys have names that are hardly meant: of signs alone, or with blanks at their end."
    TEMPLATE_IN_FRONT_MATTER = _WARNING, "A value holds template syntax, which is not run."
    WRONG_TYPE = _WARNING, "A value is of another type than its key takes: it was left out."
    LEFT_OUT = _WARNING, "A part of a value cannot be used: it was left out."
    CHANGED = _WARNING, "A title was changed to what can be stored."
    SLUG_CHANGED = _WARNING, "The slug was changed to what can be stored."
    SLUG_GUESSED = _WARNING, "The slug is missing: it was taken from the file's name."
    CUT = _WARNING, "A value is longer than there is room for: it was cut."
    GUESSED = _WARNING, "The title is missing: it was taken from a heading or the file's name."
    DATE = _WARNING, "A date is not understood."
    STATUS = _WARNING, "The article is new, because its status is unknown or its name marks it as a draft."
    IMAGE_DROPPED = _WARNING, "The hero image has an address that cannot be used: it was dropped."
    IMAGE_NOT_SHOWN = _WARNING, "An image cannot be read: its alt text is shown instead."
    NO_STATIC_ROOT = _WARNING, "An image is in a folder outside the import."
    OLD_ADDRESS = _WARNING, "An old address is not understood, or leads elsewhere: it makes no redirect."
    TOO_MANY_MARKS = (
        _WARNING,
        "The text has more marks than are rendered: the rest is shown as written.",
    )
    LEFTOVERS = _WARNING, "The text holds template tags, shortcodes and the like of a generator."
    BROKEN_TAGS = (
        _WARNING,
        "Quotation marks of a tag do not pair up: it was read as it was meant.",
    )
    DROPPED_HTML = _WARNING, "HTML that acts, or that articles may not hold, was left out of the page."
    SLUG_TAKEN = _WARNING, "Another article has the slug: this one got a number behind it."
    NOT_PUBLISHED = _WARNING, "The article was to be published, and stays new."
    PROVENANCE = _WARNING, "The file changed who wrote a published article, whose label says so now."
    PROVENANCE_KEPT = (
        _WARNING,
        "Who wrote the article was decided before and stays so, though import or file says otherwise.",
    )
    COPY = _WARNING, "The file is the same, byte for byte, as another one: it was not imported again."
    NOT_AS_SHOWN = _WARNING, "Something else became of the file than was shown before the import."
    UNREADABLE = (
        _REFUSAL,
        "The file cannot be opened or read, or is a link, a device or the like.",
    )
    INVALID = _REFUSAL, "The file's bytes or its front matter are not valid; the line says where."
    EMPTY = _REFUSAL, "The file has no text, or none that would be shown."
    TOO_COSTLY = _REFUSAL, "Reading or rendering the file takes more time or memory than one may take."
    NOT_STORED = _REFUSAL, "The file was read, but cannot be stored."
    CONFLICT = (
        _REFUSAL,
        "File and article have both changed: the article is kept.",
    )
    OTHER_FOLDER = _REFUSAL, "The source name and path belong to files of another folder."
    HELD = (
        _INFORMATION,
        "Readers see the article, or will: the file waits for an Editor, and they keep what they see.",
    )
    NO_ARTICLE = _INFORMATION, "By its name or its nature the file is no article: it was skipped."
    NOT_MARKDOWN = _INFORMATION, "The file is a text in another format than Markdown: it was skipped."
    IN_TRASH = _INFORMATION, "The file's article is in the trash: it was skipped."
    MERGED = _INFORMATION, "File and article had both changed, and what they changed fits together."
    MOVED = _INFORMATION, "The file was moved: its article follows it."

    def __init__(self, severity: Severity, meaning: str):
        self.severity = severity
        self.meaning = meaning

    @property
    def is_refusal(self) -> bool:
        return self.severity is Severity.REFUSAL


@dataclass(frozen=True, slots=True)
class Notice:
    """A whole sentence for the user who runs the import, with the line of the file (1-based) if it is known.

    Editors see a sentence for the kind, and the detail (a key, a URL …). It is None if the text has it.
    """

    kind: NoticeKind
    text: str
    line: int | None = None
    detail: str | None = None

    @property
    def stored(self) -> list[str]:
        """The name of the kind and the detail, as stored for editors."""
        detail = self.text[:1].upper() + self.text[1:] if self.detail is None else self.detail
        return [self.kind.name.lower(), detail]
