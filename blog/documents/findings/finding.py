"""Something that was found in an article."""

from dataclasses import dataclass

from blog.documents.findings.kinds import KINDS, FindingKind, KindDescription


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found: of a place in the body, body[start:end] of the Markdown, else None.

    words are those it is about, as they stand in the article, where that tells more than the kind.
    """

    kind: FindingKind
    start: int | None = None
    end: int | None = None
    words: str = ""

    @property
    def about(self) -> KindDescription:
        return KINDS[self.kind]
