"""What the tasks of the sandbox return, and the kinds of parts of a claim."""

from dataclasses import dataclass, field

SECTION_LENGTH = 100  # characters of the heading above a passage
QUOTATION, NAME, LAW, SECTION, DATE, NUMBER = "quotation", "name", "law", "section", "date", "number"


@dataclass(slots=True)
class Evidence:
    """found and missing: parts as in the sentence. first and last: the blocks of the passage, -1 if none.

    section: the heading above the passage, "" if this is the title of the page.
    """

    verdict: str
    found: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    passage: str = ""
    first: int = -1
    last: int = -1
    section: str = ""


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """What a page is. page: as plain values, None unless it has text. digest: of its text."""

    state: str
    page: dict | None = None
    digest: str = ""
