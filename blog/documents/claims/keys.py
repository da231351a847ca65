"""Keys by which a claim and a person are known again in another text."""

import re
import unicodedata
from hashlib import blake2b

DIGEST_BYTES = 16

_TITLES = frozenset(
    """
    dr prof professor mr mrs ms miss mx sir dame lord lady frau herr phd md msc mba ing dipl mag hc
    """.split()
)
_WORD = re.compile(r"[^\W_]+")


def claim_key(kind: str, text: str) -> str:
    """Return a key that a claim keeps while its words stay: white space, marks and kinds of quotes aside."""
    words = " ".join([str(kind), *_words(text)])
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()


def fold_person(name: str) -> str:
    """Return a key that all spellings of a person's name share: "Dr. Anya Sharma" and "ANYA SHÁRMA" do."""
    words = _words(_without_accents(name))
    return " ".join([word for word in words if word not in _TITLES] or words)


def _words(text):
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _without_accents(text):
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
