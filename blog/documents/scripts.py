"""Scripts: what is the same of their letters wherever texts are counted, searched, or made addresses of."""

# Those written without spaces between words, as the inside of a set in a regular expression.
UNSPACED = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
# Letters that have no decomposition, so that NFKD leaves them: the plain ones in their place.
PLAIN_LATIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
