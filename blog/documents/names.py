"""Spelling of category, author and series names that files give as slugs.

Abbreviations in category names are corrected, too (`Mlops` becomes MLOps). Categories and tags take the
capitals of titles. The spelling is applied when a row is created. Names of existing rows never change.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from blog.documents.parsing.html import names
from blog.documents.text import folded_words

# Spellings of words that title case would spell wrongly.
_WORDS = {
    word.lower(): word
    for word in names(
        "AI AIOps API APIs AWS CI CLI CMS CPU CRM CSS DevOps DevSecOps DNS ESG ETL FinTech GDPR"
        " GenAI GitHub GitOps GPT GPU GraphQL HTML HTTP HTTPS IaC iOS IoT JavaScript JS JSON LLM"
        " LLMOps LLMs macOS MLOps MySQL NFT NFTs NLP PaaS PHP PostgreSQL RPA SaaS SDK SEO SQL SSL"
        " TLS TypeScript UI URL UX VPN WebAssembly WebGL WordPress XML YAML YouTube"
    )
}
_WORD = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


def spell_category(name: str) -> str:
    """Correct the case of words such as `Ai` and `Mlops` in a name."""
    return _WORD.sub(_spelled, name)


def spell_author(name: str) -> str:
    """Return a name in words if it is a slug: `ida-aas` becomes Ida Aas."""
    is_address = name == name.lower() and _HYPHENATED.fullmatch(name)
    return name.replace("-", " ").title() if is_address else name


def spell_series(name: str) -> str:
    """Return a name in words if it is a slug: `still-waters` becomes Still waters."""
    is_address = name == name.lower() and _HYPHENATED.fullmatch(name)
    words = name.replace("-", " ")
    return spell_category(words[:1].upper() + words[1:]) if is_address else name


def spell_topic(name: str) -> str:
    """Return a tag or the name of a folder as the name of a category: `open-source` becomes Open source."""
    if name != name.lower():
        return name
    words = spell_category(re.sub("[-_]", " ", name) if " " not in name else name)
    first = words.split(" ", 1)[0]
    return words[:1].upper() + words[1:] if first == first.lower() and "." not in first else words


def capitals_in(titles: Iterable[str]) -> dict[str, str]:
    """Return {word in small letters: word} for words such as TinyPilot that all titles spell alike."""
    spellings = {}
    for title in titles:
        for word in _WORD.findall("" if title.isupper() else title):
            spellings.setdefault(word.lower(), set()).add(word)
    alike = {word: found.pop() for word, found in spellings.items() if len(found) == 1}
    return {word: spelling for word, spelling in alike.items() if _has_inner_capitals(spelling)}


def spell_with(capitals: Mapping[str, str], name: str) -> str:
    """Return the name with these words as they are spelled: `tinypilot` becomes TinyPilot."""
    return _WORD.sub(lambda found: _with_capitals(found[0], capitals), name)


def _with_capitals(word, capitals):
    return word if _has_inner_capitals(word) else capitals.get(word.lower(), word)


def _has_inner_capitals(word):
    return word[1:] != word[1:].lower()


def _spelled(found: re.Match[str]) -> str:
    word = found[0]
    return _WORDS.get(word.lower(), word) if word in (word.lower(), word.capitalize()) else word


_KEPT_IN_NAMES = "+#"


@lru_cache(maxsize=4096)  # many files contain the same few names
def fold_name(name: str) -> str:
    """Return a key that all spellings of a name share, such as `A.I.` and `ai`, but not `C` and `C++`."""
    folded = unicodedata.normalize("NFD", name)
    for _ in range(2):  # Unicode's caseless matching: the first round can produce new capitals
        folded = unicodedata.normalize("NFKC", folded.casefold())
    kept = "".join(filter(_belongs_to_name, folded))
    return unicodedata.normalize("NFKC", kept) or name.strip().casefold()


def _belongs_to_name(character: str) -> bool:
    if character.isalnum() or character in _KEPT_IN_NAMES:
        return True
    # Vowel signs of Indic scripts have the category M. U+FE0F, a variation selector, only colours emoji.
    return unicodedata.category(character)[0] == "M" and not "\ufe00" <= character <= "\ufe0f"


_TITLES = frozenset(
    """
    dr prof professor mr mrs ms miss mx sir dame lord lady frau herr phd md msc mba ing dipl mag hc
    """.split()
)


def fold_person(name: str) -> str:
    """Return a key that all spellings of a person share, such as "Dr. Anya Sharma" and "ANYA SHÁRMA"."""
    signs = (sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    words = folded_words("".join(signs))
    return " ".join([word for word in words if word not in _TITLES] or words)
