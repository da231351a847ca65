"""Named things said to have done or reached something definite."""

import re

from blog.documents.claims.sentences import Block, Sentence

_CAPITALISED = re.compile(r"(?<=[\w,;:)”] )(?:the )?(?:[*_]{0,2})([A-ZÀ-Þ][\w’'À-ÿ-]+)")
_FIRST = re.compile(r"^[\W_]*(?:The |In |At |On |From |By |Some |For )?([A-ZÀ-Þ][\w’'À-ÿ-]+)")
_HAPPENED = re.compile(
    r"\b(?:was|were|had|took|made|gave|brought|sold|lost|went|came|built|grew|fell|ran|won|held|kept|became|began|left|led|hung|struck|spent|cut|found|got|let|thought|caught|uses|has|have|is|stands|stood|"
    r"used|launched|reduced|increased|achieved|announced|released|acquired|wurde|wurden|hatte|hatten|war|waren|gab|lag|fehlten|hingen|gilt|\w{3,}ed)\b"
)
_PAST = re.compile(r"\b(?:was|were|had|took|made|gave|brought|sold|lost|went|came|built|grew|fell|ran|won|held|kept|became|began|left|led|hung|struck|spent|found|got|thought|stood|launched|used|reduced|achieved|\w{3,}ed|wurde|wurden|hatte|hatten|war|waren|gab|lag|fehlten|hingen)\b")
_GENERAL = re.compile(r"\b(?:you|your|we|our|us|let's|imagine|suppose|can|could|may|might|should|will|would|if|such as|like|tools|e\.g|Sie|du)\b", re.IGNORECASE)
_MONTHS_AND_SUCH = frozenset("I January February March April May June July August September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday English Latin Greek AI ML IoT API APIs CEO Internet Web Earth Sun God".split())


def has_example(sentence: Sentence, common: frozenset[str]) -> bool:
    """Whether a named company, product, project, place or event is said to have done something definite."""
    text = sentence.text
    if sentence.block in {Block.HEADING, Block.ROW} or _GENERAL.search(text) or not _PAST.search(text):
        return False
    names = [name for name in _CAPITALISED.findall(text) if name not in _MONTHS_AND_SUCH and name.lower().removesuffix("’s").removesuffix("'s") not in common]
    return bool(names)
