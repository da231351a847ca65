"""The kinds of claims, claims, and the key that recognises a claim in another text."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from blog.documents.text import folded_words


class ClaimKind(StrEnum):
    """The kind of a claim. An editor must resolve each QUOTATION and PERSON; the other kinds are hints.

    find_claims() returns a PERSON who is only credited with something; the check stores it as AUTHOR.
    """

    QUOTATION = "quotation"
    PERSON = "person"
    AUTHOR = "author"
    FIGURE = "figure"
    DATE = "date"
    SUPERLATIVE = "superlative"
    LAW = "law"
    STUDY = "study"
    EXAMPLE = "example"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: text[start:end] of the Markdown below the front matter.

    The last three fields are set only for a QUOTATION or PERSON. speaker is the name in the text, role the
    description next to it ("geophysicist, Northmoor Institute"), person the key from fold_person(). person is
    "" if an office or organisation speaks. is_only_credited: a PERSON only named as the author of a work or a
    discovery.
    """

    kind: ClaimKind
    start: int
    end: int
    text: str
    speaker: str = ""
    role: str = ""
    person: str = ""
    is_only_credited: bool = False


DIGEST_BYTES = 16


def claim_key(kind: str, text: str) -> str:
    """Return a key for a mark with these words, ignoring whitespace, markup and kinds of quotation marks."""
    words = " ".join([str(kind), *folded_words(text)])
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
