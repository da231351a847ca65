"""Stopwords: words that are in nearly every text of a language, so that a query is as good without them.

Words that are also the name of something (IT, US, WHO) are left out.
"""

from blog.search.words import split_words

_STOPWORDS = {
    "en": "a an and are as at be by for from in is of on that the this to was were with",
    "de": """am an auf aus bei das dem den der des die ein eine einem einen einer eines für im in ist mit nach
        sind und vom von wie zu zum zur""",
    "nl": "de een en het in is met op te van voor",
    "fr": "à au aux avec d dans de des du en est et l la le les par pour sur un une",
    "es": "al con de del el en es la las los para por un una y",
    "it": "al con da dal dei del della di e è gli i il in la le lo nel per un una",
    "pt": "a ao as com da das de do dos e é em na no o os para por um uma",
}
_FOLDED_STOPWORDS = {language: frozenset(split_words(words)) for language, words in _STOPWORDS.items()}


def is_stopword(word: str, language: str) -> bool:
    """Whether a folded word is a stopword of a language such as en or pt-BR; other languages have none."""
    return word in _FOLDED_STOPWORDS.get(language.partition("-")[0].lower(), ())
