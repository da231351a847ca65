"""Texts with marks."""

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
