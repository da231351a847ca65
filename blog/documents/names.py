"""How names of categories, authors and series are spelled where files have addresses or plain capitals."""

import re

from blog.documents.parsing.elements import names

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
