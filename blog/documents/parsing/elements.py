"""The elements of HTML by what becomes of them in an article."""


def names(words: str) -> frozenset[str]:
    return frozenset(words.split())


INLINE_TAGS = names(
    "a abbr b bdi bdo br cite code data del dfn em i img input ins kbd mark q rp rt ruby s samp small span"
    " strong sub sup time u var wbr"
)
BLOCK_TAGS = names(
    "address article aside blockquote caption col colgroup dd details div dl dt figcaption figure footer"
    " h2 h3 h4 h5 h6 header hgroup hr li ol p pre section summary table tbody td tfoot th thead tr ul"
)
# Read by the parser as something else than HTML, or made to act: gone with all that is in them.
DROPPED_WITH_CONTENT = names(
    "applet button canvas dialog form frameset head math noembed noframes noscript optgroup option plaintext"
    " script select style svg template textarea title xmp"
)
DROPPED_VOID = names("area base basefont bgsound embed frame link meta param source track")
MEDIA = names("audio embed iframe object video")
# Gone, but not what is in them.
UNWRAPPED = names(
    "acronym big blink body center dir fieldset font h1 html image label legend listing main map marquee menu"
    " menuitem meter nav nobr output picture portal progress rb rtc search slot strike tt"
)
KNOWN_TAGS = INLINE_TAGS | BLOCK_TAGS | DROPPED_WITH_CONTENT | DROPPED_VOID | MEDIA | UNWRAPPED
_BORROWED = names("figure image picture portal search slot")  # names that components have more often


def is_element(name: str) -> bool:
    """Whether HTML has an element of this name, which may only be written in capitals."""
    return name.lower() in KNOWN_TAGS - _BORROWED
