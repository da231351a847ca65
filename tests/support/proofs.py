"""Texts with marks, and functions that resolve a mark given by its key."""

from blog.review import resolution
from blog.review.marks import list_marks

EXPERT = "Dr. Runa Hale"
SAYS = '"We used to knock on the mountain and wait for the echo."'
QUOTATION = f"{SAYS} \N{EN DASH} {EXPERT}, geophysicist at Northmoor."
QUOTED = f"Ice keeps what it has seen.\n\n> **EXPERT INSIGHT:** {QUOTATION}\n\nThe instruments have shrunk."
FIGURE = "In the copper belts this cuts the cost of drilling by 40 percent."
# A person and a figure in one sentence.
SENTENCE = f"According to {EXPERT}, a geophysicist, surveys have cut the cost of drilling by 40 percent."
PLAIN = "Weigh first, dig later. It is an old rule, and it took cold atoms to follow it."


def long_text(word: str) -> str:
    """Return a text without marks that is long enough to be recognised as a duplicate."""
    return " ".join(f"{word} is what everybody talks about, number {number}." for number in range(20))


def resolve(article, key: str, outcome: str, note: str, user, **options):
    return resolution.resolve(article, _marks_of_sentence(article, key), outcome, note, user, **options)


def reopen(article, key: str, user):
    return resolution.reopen(article, _marks_of_sentence(article, key), user)


def _marks_of_sentence(article, key):
    marks = list_marks(article)
    found = [mark for mark in marks if mark.key == key]
    return [mark for mark in marks if mark.number == found[0].number] if found and found[0].number else found
