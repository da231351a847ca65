"""Read the main text of HTML as blocks, without menus, teasers, comments and forms."""

import json
import re

_SKIPPED = {
    *("button", "canvas", "footer", "form", "iframe", "math", "nav", "noscript", "object", "option"),
    *("script", "select", "style", "svg", "template", "textarea", "video", "audio", "dialog"),
}
_BLOCKS = {
    *("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
}
_BYLINES = frozenset("byline author authors auteur auteurs autor autores autoren signature".split())
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# Words of a class or id that name no part of the main text
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|advert\w*|ad-slot|breadcrumbs?|byline|colophon|cookies?\w*|crumbs?"
    r"|footer|foot|masthead|menu\w*|more-?stories|nav\w*|newsletter|nl|pager|pagination"
    r"|popular|promo\w*|recommend\w*"
    r"|related\w*|carousel|recirc\w*|outbrain|taboola|secondary|share\w*|sharing|sidebar|side|social|sponsor\w*"
    r"|subscribe\w*|tags|teasers?"
    r"|toc|topbar|trending|widget\w*|jp-relatedposts|rel|read-?next|see-?also|banner)(?:$|[\s_-])",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|discussion|disqus\w*|replies|responses|cmt\w*|leserkommentare"
    r"|kommentare?|commentaires?|comentarios?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADS_ASIDE = re.compile(
    r"^\s*(?:(?:\d+ )?(?:comments?|kommentare?|commentaires?|comentarios?|コメント)(?: \(\d+\))?"
    r"|related (?:articles|posts|stories|content)|more (?:stories|articles|news|posts|from .{1,40})"
    r"|(?:latest|recent) (?:news|stories|posts|articles)|recommended(?: for you)?|keep reading|up next"
    r"|most (?:popular|read)|you (?:may|might) also (?:like|enjoy)"
    r"|das könnte (?:sie|dich) auch interessieren|(?:neueste|aktuelle) (?:nachrichten|artikel)"
    r"|sur le même sujet|dernières actualités|te puede interesar|últimas noticias|あわせて読みたい|最新記事"
    r"|read (?:next|more|also)|see also|share this|tags|ähnliche artikel|mehr zum thema|weitere artikel"
    r"|verwandte (?:artikel|beiträge)"
    r"|auch interessant|articles (?:liés|similaires)|à lire aussi|artículos relacionados|関連記事"
    r"|advertisement|anzeige"
    r"|(?:what our )?readers? (?:say|comments?)|subscribe to our newsletter|leave a (?:reply"
    r"|comment))\s*:?\s*$",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?:^|[\s_-])(?:cards?|tiles?)(?:$|[\s_-])", re.IGNORECASE)
_PAYWALL = re.compile(
    r"(?:^|[\s_-])(?:paywall|regwall|subscriber-only|meter(?:ed)?-wall|premium-wall)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ROLES_ASIDE = ("navigation", "search", "complementary", "contentinfo", "dialog", "banner")
_SPACE = re.compile(r"\s+")
_BREAK = "\u2028"
_BREAKS, _PARAGRAPHS = re.compile(_BREAK), re.compile(rf"{_BREAK}\s*{_BREAK}")
LONG_PARAGRAPH = 1000  # characters; such a one is divided at each break
LONG_TEXT = 60  # characters that are more than a link of a menu or the title of a teaser
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def read_html(text: str) -> dict:
    """Return blocks (text, kind, head), title, publisher, author, published and is_closed of HTML."""
    from lxml import etree  # loaded only when a page is read

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    root = etree.fromstring(
        text.encode("utf-8", "replace") or b"<p>", etree.HTMLParser(encoding="utf-8", no_network=True)
    )
    if root is None:
        return {"blocks": [], "title": ""}
    holders = _holders(root)
    main = _main(root, holders)
    reader = _Reader(holders)
    reader.read(main)
    if sum(len(text) for text, _, _ in reader.blocks) < 200 and main is not root:
        reader = _Reader(holders)
        reader.read(root)
    return {"blocks": reader.blocks, "is_closed": _has_wall(root), **_about(root)}


def _holders(root):
    """Return the elements that hold more than half of the long text of a page, the outermost first."""
    sizes, elements = {}, list(root.iter())
    for element in reversed(elements):
        texts = [element.text, *(child.tail for child in element)] if _may_hold_text(element) else []
        own = sum(len(text) for text in texts if text and len(text) > LONG_TEXT)
        sizes[element] = own + sum(sizes[child] for child in element)
    return [element for element in elements if 2 * sizes[element] > sizes[root]]


def _may_hold_text(element):
    return isinstance(element.tag, str) and element.tag != "a" and element.tag not in _SKIPPED


def _main(root, holders):
    """The element of the main text, if the page marks it."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        marked = found if len(found) == 1 else [element for element in found if element in holders]
        if marked:
            return marked[-1]
    return root


def _has_wall(root):
    return any(
        _PAYWALL.search(f"{e.get('class', '')} {e.get('id', '')}")
        for e in root.iter("div", "section", "aside")
    )


def _about(root):
    metas = {
        (e.get("property") or e.get("name") or "").lower(): (e.get("content") or "").strip()
        for e in root.iter("meta")
    }
    title = next((_SPACE.sub(" ", "".join(e.itertext())).strip() for e in root.iter("title")), "")
    said = _json_ld(root)
    parts = re.split(r" [|–—·-] ", title)
    return {
        "title": metas.get("og:title") or (parts[0] if len(parts) > 1 else title),
        "publisher": metas.get("og:site_name")
        or _name(said.get("publisher"))
        or (parts[-1] if len(parts) > 1 else ""),
        "author": metas.get("author") or _name(said.get("author")) or _byline(root),
        "published": metas.get("article:published_time")
        or str(said.get("datePublished") or "")
        or _shown_date(root),
    }


def _json_ld(root):
    for element in root.iter("script"):
        if element.get("type") == "application/ld+json":
            try:
                said = json.loads(element.text or "")
            except (ValueError, RecursionError):
                continue
            if isinstance(said, dict) and "Article" in str(said.get("@type", "")):
                return said
    return {}


def _name(value):
    value = value[0] if isinstance(value, list) and value else value
    return str(value.get("name", "")) if isinstance(value, dict) else value if isinstance(value, str) else ""


def _byline(root):
    for element in root.iter("p", "span", "div", "a"):
        names = f"{element.get('class', '')} {element.get('rel', '')}".split()
        if _BYLINES & set(names):
            return (
                _DATE.sub("", _SPACE.sub(" ", "".join(element.itertext()))).strip().removeprefix("By ")[:200]
            )
    return ""


def _shown_date(root):
    return next((e.get("datetime") or "" for e in root.iter("time") if e.get("datetime")), "")


def _names(element):
    """Return the classes and the id. A long id is made of the words of a heading."""
    identifier = element.get("id", "")
    return f"{element.get('class', '')} {identifier if len(identifier.split('-')) <= 3 else ''}"


def _is_list_of_links(element):
    """Whether an aside leads elsewhere. Others, such as those that stress a quotation, belong to the text."""
    words = len("".join(element.itertext()).split())
    linked = sum(len("".join(link.itertext()).split()) for link in element.iter("a"))
    return linked > 0.3 * words or element.find(".//form") is not None or element.find(".//ul") is not None


def _are_heads(cells, *, is_first):
    """Whether a row tells what is in the columns: in cells for this, or in bold in the first row."""
    if all(cell.tag == "th" for cell in cells):
        return True
    return is_first and all(
        "".join(cell.itertext()).strip()
        == "".join("".join(bold.itertext()) for bold in cell.iter("b", "strong"))
        for cell in cells
    )


def _has_linked_heading(element):
    """Whether a heading leads elsewhere, as that of a teaser does."""
    headings = element.iter(*_HEADINGS - {"h1"})
    links = (link for heading in headings for link in (*heading.iter("a"), *heading.iterancestors("a")))
    return any(not link.get("href", "#").startswith("#") for link in links)


def _level(element):
    """Return the level of a heading, 6 for other elements."""
    return int(element.tag[1]) if element is not None and element.tag in _HEADINGS else 6


class _Reader:
    """Collects blocks. It walks without recursion, so deep nesting does no harm."""

    def __init__(self, holders):
        self.blocks = []
        self._holders = holders
        self._words = []
        self._kind = "paragraph"
        self._heads: list[list[str]] = []  # of the tables that are open
        self._is_aside = False  # after a heading such as "Comments"
        self._box = None  # the element that ends what stands below such a heading, or
        self._level = 6  # the level of the heading that does

    def read(self, root):
        walk = [(root, False)]
        while walk:
            element, is_end = walk.pop()
            if is_end:
                self._end(element)
                if element is not root and element.tail:
                    self._words.append(element.tail)
                continue
            if not isinstance(element.tag, str) or self._is_skipped(element, root):
                if element is not root and element.tail:
                    self._words.append(element.tail)
                continue
            walk.append((element, True))
            if element.tag == "tr" and self._row(element):
                continue
            self._begin(element)
            walk.extend((child, False) for child in reversed(element))
        self._close()

    def _is_skipped(self, element, root):
        names = _names(element)
        if element is root or element in self._holders:
            return _COMMENTS.search(names) is not None
        if element.tag == "footer" and next(element.iterancestors("blockquote", "figure"), None) is not None:
            return False  # it names the speaker
        if element.tag in _SKIPPED or element.get("aria-hidden") == "true" or "hidden" in element.attrib:
            return True
        if element.tag == "aside" and _is_list_of_links(element):
            return True
        if (element.tag == "article" or _CARD.search(names)) and _has_linked_heading(element):
            return True
        if element.tag in ("html", "body", "main", "article"):
            return False
        if element.tag == "sup" and len("".join(element.itertext())) < 5:
            return True
        return (
            element.get("role") in _ROLES_ASIDE
            or _ASIDE.search(names) is not None
            or _COMMENTS.search(names) is not None
        )

    def _begin(self, element):
        tag = element.tag
        if tag in _BLOCKS:
            self._close()
        if tag in _HEADINGS or element.get("role") == "heading":
            self._kind = "heading"
        elif tag in ("li", "dd", "dt"):
            self._kind = "item"
        elif tag == "table":
            self._heads.append([])
        elif tag == "br":
            self._words.append(_BREAK)
        if element.text:
            self._words.append(element.text)

    def _end(self, element):
        if element.tag in _BLOCKS:
            self._close(element)
            self._kind = (
                "item" if element.getparent() is not None and element.getparent().tag == "li" else "paragraph"
            )
        if element.tag == "table" and self._heads:
            self._heads.pop()
        if element is self._box:
            self._is_aside, self._box = False, None

    def _row(self, element):
        """Add a row of a table of data. A row that contains blocks belongs to a layout."""
        cells = [cell for cell in element if cell.tag in ("td", "th")]
        if len(cells) < 2 or any(cell.find(".//table") is not None for cell in cells):
            return False
        texts = [_SPACE.sub(" ", " ".join(cell.itertext())).strip() for cell in cells]
        self._close()
        if self._heads and _are_heads(cells, is_first=not self._heads[-1]):
            self._heads[-1] = texts
        elif not self._is_aside:
            self.blocks.append((" | ".join(texts), "row", " | ".join(self._heads[-1] if self._heads else ())))
        return True

    def _close(self, element=None):
        written = "".join(self._words)
        if element is not None and element.tag == "pre":
            written = written.replace("\n", _BREAK)
        self._words = []
        breaks = _PARAGRAPHS if len(written) < LONG_PARAGRAPH else _BREAKS
        for paragraph in breaks.split(written):
            if text := _SPACE.sub(" ", paragraph).strip():
                self._add(text, element)

    def _add(self, text, element):
        short = len(text) < 60
        if short and _HEADS_ASIDE.match(text):
            box = self._box_of(element)
            self._is_aside, self._box, self._level = True, None if box is element else box, _level(element)
        elif self._kind == "heading" and self._box is None and _level(element) <= self._level:
            self._is_aside = False
        if not self._is_aside:
            self.blocks.append((text, self._kind, ""))

    def _box_of(self, element):
        """Return the outermost element around a heading that is not around the main text, too."""
        box = None
        while element is not None and element not in self._holders:
            box, element = element, element.getparent()
        return box
