"""Keys by which a claim and a person are known again in another text."""

import unicodedata
from hashlib import blake2b

from blog.documents.text import folded_words

DIGEST_BYTES = 16

_TITLES = frozenset(
    """
    dr prof professor mr mrs ms miss mx sir dame lord lady frau herr phd md msc mba ing dipl mag hc
    """.split()
)


def claim_key(kind: str, text: str) -> str:
    """Return a key that a claim keeps while its words stay: white space, marks and kinds of quotes aside."""
    words = " ".join([str(kind), *folded_words(text)])
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()


def fold_person(name: str) -> str:
    """Return a key that all spellings of a person's name share: "Dr. Anya Sharma" and "ANYA SHÁRMA" do."""
    words = folded_words(_without_accents(name))
    return " ".join([word for word in words if word not in _TITLES] or words)


def _without_accents(text):
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
