"""Writing the paragraph of a mark anew: its words, and what typed ones change in it."""

from dataclasses import dataclass

from blog.articles.versions.differences import Span, word_differences
from blog.review.passages import paragraph_at

LONGEST_SHOWN = 20_000  # characters; what is typed beyond that is not compared while it is typed


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the Markdown, and a place in it."""

    place: int
    text: str

    @property
    def rows(self) -> int:
        return max(3, min(14, len(self.text) // 60 + self.text.count("\n") + 1))


def paragraph_of(article, entry) -> Paragraph | None:
    if entry.mark.start is None:
        return None
    start, end = paragraph_at(article.body, entry.mark.start)
    return Paragraph(entry.mark.start, article.body[start:end])


def difference_to(article, place: str, typed: str) -> tuple[Span, ...]:
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        return ()
    start, end = paragraph_at(article.body, int(place))
    typed = typed.replace("\r\n", "\n")
    if len(typed) > LONGEST_SHOWN:
        return ()
    return word_differences(article.body[start:end], typed)
