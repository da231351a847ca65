"""Notices: messages of an import about a file, each with a kind.

Messages about the text of an article are findings: see the package findings.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Severity(StrEnum):
    WARNING = "warning"  # the file was imported, but a part of it was changed, guessed or ignored
    CHOICE = "choice"  # the import chose a value: counted for the whole import, and shown with the file
    REMARK = "remark"  # true of many files of a site: counted for the whole import
    REFUSAL = "refusal"  # the file was not imported: an editor has to decide, or to fix the file
    INFORMATION = "information"  # no action needed


_WARNING, _CHOICE, _REMARK, _REFUSAL, _INFORMATION = Severity


class NoticeKind(Enum):
    """The kinds of notices, gravest first, each with its severity and meaning.

    docs/importing.md lists their names.
    """

    COPY = _WARNING, "The file is a copy, byte for byte, of another one: it was not imported again."
    PASSAGES_LOST = (
        _WARNING,
        "Output of a site generator is missing, and with it more than one sentence, item or row.",
    )
    TOO_MANY_MARKS = _WARNING, "The text has too many markup tokens: the rest is shown unrendered."
    NOT_PUBLISHED = _WARNING, "The article should have been published, but stays new."
    STATUS = _WARNING, "The article is new, because its status is unknown."
    PROVENANCE = _WARNING, "The file changed who wrote a published article, and its AI label was updated."
    PROVENANCE_KEPT = (
        _WARNING,
        "An earlier decision on who wrote the article was kept, although the import or the file differs.",
    )
    NOT_AS_SHOWN = _WARNING, "The outcome of the file differs from the dry run."
    IMAGE_DROPPED = _WARNING, "The URL of the hero image cannot be used: the image was removed."
    IMAGE_NOT_SHOWN = _WARNING, "An image cannot be read: its alt text is shown instead."
    FILE_NOT_COPIED = _WARNING, "A linked file is missing or too large: its link is as in the text."
    LEFTOVERS = _WARNING, "The output of template tags or components is missing from the page."
    BROKEN_TAGS = _WARNING, "A tag has unbalanced quotation marks: it was read as it was meant."
    DROPPED_HTML = (
        _WARNING,
        "Active HTML, or HTML that is not allowed in articles, was removed from the page.",
    )
    OLD_ADDRESS = _WARNING, "An old URL is invalid or redirects elsewhere: no redirect was created."
    DATE = _WARNING, "A date is invalid."
    WRONG_TYPE = _WARNING, "A value has the wrong type for its key: it was ignored."
    LEFT_OUT = _WARNING, "A part of a value cannot be used: it was ignored."
    CUT = _WARNING, "A value exceeds its limit: it was cut."
    CHANGED = _WARNING, "The title was changed so that it can be stored."
    DOUBLED_KEY = _WARNING, "A key occurs twice: the last one counts."
    TEMPLATE_IN_FRONT_MATTER = _WARNING, "A value contains template syntax, which is not run."
    ENCODING = _WARNING, "The file is not in UTF-8: its encoding was guessed."
    CONTROL_CHARACTERS = _WARNING, "Control characters were removed."
    ODD_KEYS = _WARNING, "Names of keys look like mistakes: only punctuation, or whitespace at the end."
    UNDATED = _CHOICE, "The article should have been published, but stays new: its file has no usable date."
    SLUG_TAKEN = _CHOICE, "Another article has the slug: a number was added to this one's."
    SLUG_CHANGED = _CHOICE, "The slug was changed so that it is valid."
    GUESSED = _CHOICE, "The title is missing: it was taken from the file's name."
    DRAFT_NAME = _CHOICE, "The article is new, because its file's name or folder marks it as a draft."
    NO_FRONT_MATTER = _CHOICE, "There is no front matter: the whole file is the body."
    NO_STATIC_ROOT = _REMARK, "An image is in a folder that was not given to the import."
    SLUG_GUESSED = _REMARK, "The slug was taken from the file's name."
    HEADING_AS_TITLE = _REMARK, "The title was taken from the first heading."
    EMPTY_KEYS = _REMARK, "Keys have no value."
    CONVERTED = (
        _REMARK,
        "Template tags, shortcodes or other leftovers of a site generator are shown as they were meant.",
    )
    STYLES = _REMARK, "Styles, which readers do not miss, were removed from the page."
    UNREADABLE = (
        _REFUSAL,
        "The file cannot be opened or read, or is not a regular file.",
    )
    INVALID = _REFUSAL, "The file's bytes or its front matter are invalid; the message names the line."
    EMPTY = _REFUSAL, "The file has no text that would be shown."
    TOO_COSTLY = _REFUSAL, "Reading or rendering the file exceeds the limit of time or memory."
    NOT_STORED = _REFUSAL, "The file was read, but it cannot be stored."
    CONFLICT = (
        _REFUSAL,
        "File and article have both changed: the article is kept.",
    )
    OTHER_FOLDER = _REFUSAL, "The source name and path belong to files of another folder."
    HELD = (
        _INFORMATION,
        "The article is published or scheduled: it is unchanged until an Editor accepts the file.",
    )
    NO_ARTICLE = (
        _INFORMATION,
        "The name or content of the file shows that it is not an article: it was skipped.",
    )
    NOT_MARKDOWN = _INFORMATION, "The file is a text that is neither Markdown nor HTML: it was skipped."
    PAGE = _INFORMATION, "The text is a standalone page of the old site: it became a page, not an article."
    LEFT_OUT_OF_EXPORT = _INFORMATION, "The export of a publishing system has something that Galley has not."
    IN_TRASH = _INFORMATION, "The file's article is in the trash: it was skipped."
    MERGED = _INFORMATION, "File and article had both changed: the changes were merged."
    MOVED = _INFORMATION, "The file was moved: its article was assigned to the new path."

    def __init__(self, severity: Severity, meaning: str):
        self.severity = severity
        self.meaning = meaning

    @property
    def rank(self) -> int:
        """The position among the kinds: the gravest is 0."""
        return list(NoticeKind).index(self)

    @property
    def is_remark(self) -> bool:
        return self.severity is Severity.REMARK

    @property
    def is_counted(self) -> bool:
        """Whether it is counted for the whole import, instead of named for each file."""
        return self.severity in (Severity.CHOICE, Severity.REMARK)

    @property
    def is_refusal(self) -> bool:
        return self.severity is Severity.REFUSAL


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for the user who runs the import. line is 1-based, or None if unknown.

    Editors see a sentence for the kind, and the detail (a key, a URL …), or the text if it is None.
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
