"""A finding in an article."""

from dataclasses import dataclass

from blog.documents.findings.kinds import KINDS, FindingKind, KindDescription


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding in body[start:end] of the Markdown. Without start and end, it is not about a passage.

    `words` quotes the article where that is more specific than the kind.
    """

    kind: FindingKind
    start: int | None = None
    end: int | None = None
    words: str = ""

    def __reduce__(self):  # faster to pickle than by the names of the fields
        return Finding, (self.kind, self.start, self.end, self.words)

    @property
    def about(self) -> KindDescription:
        return KINDS[self.kind]
