"""Keys by which a claim and a person are known again in another text."""

from hashlib import blake2b

from blog.documents.text import folded_words

DIGEST_BYTES = 16


def claim_key(kind: str, text: str) -> str:
    """Return a key that a claim keeps while its words stay: white space, marks and kinds of quotes aside."""
    words = " ".join([str(kind), *folded_words(text)])
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
