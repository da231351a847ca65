"""Spelling of category, author and series names that files give as slugs.

Abbreviations in category names are corrected, too (`Mlops` becomes MLOps). An import applies the spelling
when it creates a row. Names of existing rows never change.
"""

import re
import unicodedata
from functools import lru_cache

from blog.documents.parsing.html import names
from blog.documents.text import folded_words

# Words that a title's capitals spell wrongly, in the only way in which they are written.
_WORDS = {
    word.lower(): word
    for word in names(
        "AI AIOps API APIs AWS CI CLI CMS CPU CRM CSS DevOps DevSecOps DNS ESG ETL FinTech GDPR"
        " GenAI GitHub GitOps GPT GPU GraphQL HTML HTTP HTTPS IaC iOS IoT JavaScript JSON LLM"
        " LLMOps LLMs macOS MLOps MySQL NFT NFTs NLP PaaS PHP PostgreSQL RPA SaaS SDK SEO SQL SSL"
        " TLS TypeScript UI URL UX VPN WebAssembly WebGL WordPress XML YAML YouTube"
    )
}
_WORD = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


def spell_category(name: str) -> str:
    """The name with words such as `Ai` and `Mlops` as they are written; others stay as they are."""
    return _WORD.sub(_spelled, name)


def spell_author(name: str) -> str:
    """A name that is only an address, such as `ida-aas`, as words."""
    is_address = name == name.lower() and _HYPHENATED.fullmatch(name)
    return name.replace("-", " ").title() if is_address else name


def spell_series(name: str) -> str:
    """A name that is only an address, such as `still-waters`, as words with a capital at the beginning."""
    is_address = name == name.lower() and _HYPHENATED.fullmatch(name)
    words = name.replace("-", " ")
    return spell_category(words[:1].upper() + words[1:]) if is_address else name


def _spelled(found: re.Match[str]) -> str:
    word = found[0]
    return _WORDS.get(word.lower(), word) if word in (word.lower(), word.capitalize()) else word


_KEPT_IN_NAMES = "+#"


@lru_cache(maxsize=4096)  # the same few names stand in file after file
def fold_name(name: str) -> str:
    """Return a key that all spellings of a name share: `A.I.` and `ai` fold alike, `C` and `C++` do not."""
    folded = unicodedata.normalize("NFD", name)
    for _ in range(2):  # as Unicode defines caseless matching: one round can bring up new capitals
        folded = unicodedata.normalize("NFKC", folded.casefold())
    kept = "".join(filter(_belongs_to_name, folded))
    return unicodedata.normalize("NFKC", kept) or name.strip().casefold()


def _belongs_to_name(character: str) -> bool:
    if character.isalnum() or character in _KEPT_IN_NAMES:
        return True
    # Vowel signs of Indic scripts are marks; U+FE0F only asks for the coloured form of an emoji.
    return unicodedata.category(character)[0] == "M" and not "\ufe00" <= character <= "\ufe0f"


_TITLES = frozenset(
    """
    dr prof professor mr mrs ms miss mx sir dame lord lady frau herr phd md msc mba ing dipl mag hc
    """.split()
)


def fold_person(name: str) -> str:
    """Return a key that all spellings of a person's name share: "Dr. Anya Sharma" and "ANYA SHÁRMA" do."""
    words = folded_words(_without_accents(name))
    return " ".join([word for word in words if word not in _TITLES] or words)


def _without_accents(text):
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
