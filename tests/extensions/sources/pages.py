"""Pages for tests of evidence, in three layouts."""

from blog.extensions.sources.pages import Page, read_page

HEAD = "<!doctype html><html><head><title>{title} | Lamp Museum</title></head><body>"
MENU = "<nav><a href='/a'>News</a><a href='/b'>Visit</a></nav>"
RELATED = (
    "<aside><h2>Related articles</h2><ul><li><a href='/c'>Ninety lamps from Oslo</a></li></ul></aside>"
    "<footer>Lamp Museum, 12 Harbour Road</footer>"
)


def article(text: str, title: str = "The lamps of Aldermoor") -> bytes:
    """Return a page with an article, a menu and teasers."""
    return (
        f"{HEAD.format(title=title)}{MENU}<main><h1>{title}</h1>{text}</main>{RELATED}</body></html>"
    ).encode()


def page(text: str, title: str = "The lamps of Aldermoor") -> Page:
    return read_page(article(text, title), "text/html", "utf-8")


def paragraphs(*texts: str) -> Page:
    return page("".join(f"<p>{text}</p>" for text in texts))
