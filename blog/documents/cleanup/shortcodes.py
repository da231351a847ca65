"""Convert template tags with a plain meaning to an image, a link or a code block."""

import re
import string
from dataclasses import dataclass
from html import escape

from blog.documents.linked_types import linked_extension
from blog.documents.parsing.html import lone_image
from blog.documents.text import decode_entities, strip_markdown_inline

_ARGUMENT = re.compile(
    r"(?:(?P<name>[A-Za-z][\w-]*)(?:\s*=\s*|:\s+|:(?=[\"'])))?"
    # An escaped quote opens no value, so the end of an unclosed value is searched only once.
    r"(?P<value>\{?(?<!\\)\"(?:[^\"\\]|\\.)*+\"\}?|\{?(?<!\\)'(?:[^'\\]|\\.)*+'\}?|`[^`]*+`|[^\s\"'`=,]++)"
)
IMAGE_ENDING = r"\.(?:jpe?g|png|gif|webp|avif|svg)"
IMAGE_FILE = rf".+{IMAGE_ENDING}"
_IMAGE_NAME = re.compile(rf"{IMAGE_FILE}(?:\?\S*)?", re.IGNORECASE)
_IMAGE_TAG = re.compile(r"(?:.*[-_/])?(?:figure|fig|image|img|picture|photo)(?:[-_].*)?", re.IGNORECASE)
_WORD_IN_NAME = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS_TAG = re.compile(r"(?:.*[-_/])?(?:abbr|badge|kbd|mark|term|tooltip)")  # they only format their text
_IMAGE_KEYS = ("src", "url", "file", "image", "image_path", "image_url", "path", "img", "link")
_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "\n " + string.punctuation}
_MEDIA_NAME = re.compile(
    r"[^\s<>{}]+\.(?:mp4|m4v|webm|mov|ogv|(?P<audio>mp3|ogg|oga|opus|wav|m4a|flac)|(?P<pdf>pdf))(?:[?#]\S*)?",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SIZE = re.compile(r"\d+(?:px|r?em|vw|%)?|\([^()]*\)[^()]*")  # also one of `sizes`: (min-width: 30em) 50vw
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s<>]+)\)")
_ID = re.compile(r"[\w-]{1,64}")
_INCLUDES = ("include", "include_cached", "render")
_WORDS_KEY = re.compile(
    r"alt|body|caption|content|desc(?:ription)?|heading|label|message|quote|summary|text|title"
)
_EXPRESSION = re.compile(r"[\w:-]+=\{(?![\"'`])[^{}]*+\}")  # of a component: code, not words
_PLAIN_VALUE = re.compile(r"(?!client:)[\w./:#@+-]{1,60}")
MOST_VALUES = 4  # of a tag that are shown with its name
_CAPTIONED = re.compile(
    r"\s*+(?:(?P<anchor><a\b[^<>]*+>)\s*+)?"
    r"(?:(?P<raw><img\b[^<>]*+>)"
    r"|(?P<open>\[)?!\[(?P<alt>[^\[\]]*+)\]\((?P<src>[^\s()]++)[^()]*+\)"
    r"(?:\]\((?P<link>[^\s()]++)[^()]*+\))?)"
    r"\s*+(?:</a>)?(?P<caption>.*)",
    re.DOTALL | re.IGNORECASE,
)
_HREF = re.compile(r"\bhref=[\"']?([^\"'\s<>]*+)", re.IGNORECASE)
# Tags that show the text of a file, which comes over as a linked file. Also MDX's import from "./a.py?raw".
_INCLUDING = re.compile(
    r"(?:.*[-_/])?include(?:[-_].*)?|(?:read|load|code|raw)-?_?(?:code|data|file)|snippet"
)
_FILE = re.compile(r"[\w@./~ -]{1,300}")
_LINKED = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "youtubeembed": "https://www.youtube.com/watch?v={}",
    "youtubelite": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "github": "https://github.com/{}",
    "tweet": "https://twitter.com/i/status/{}",
    "twitter": "https://twitter.com/i/status/{}",
    "x": "https://twitter.com/i/status/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "codepen": "",
    "caniuse": "https://caniuse.com/{}",
    "embed": "",
    "link": "",  # of dev.to, with a full URL; Jekyll's own takes a file name
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments after a tag's name."""

    positional: tuple[str, ...]
    named: dict[str, str]

    def get(self, *names: str) -> str:
        return next((self.named[name] for name in names if self.named.get(name)), "")


def read_arguments(text: str) -> Arguments:
    positional, named = [], {}
    for found in _ARGUMENT.finditer(text):
        value = found["value"]
        if value[:1] == "{" and value[-1:] == "}":
            value = value[1:-1]
        if value[:1] in ("'", '"', "`") and value[-1:] == value[:1]:
            value = re.sub(r"\\([\"'\\])", r"\1", value[1:-1])
        if found["name"]:
            named[found["name"].lower()] = value
        else:
            positional.append(value)
    return Arguments(tuple(positional), named)


def replace_tag(name: str, text: str, *, is_liquid: bool = False, in_html: bool = False) -> str | None:
    """Return Markdown, or HTML inside HTML, for a tag without content; None if it has no plain meaning."""
    name, arguments = _called(name, read_arguments(text), is_liquid=is_liquid)
    return _replaced(name.lower(), arguments, is_liquid=is_liquid, in_html=in_html)


def _called(name, arguments, *, is_liquid):
    """Return the name of a tag and its arguments; for a tag that includes a file, the name of the file."""
    if not is_liquid or name.lower() not in _INCLUDES or not arguments.positional:
        return name, arguments
    included = arguments.positional[0].rpartition("/")[2].partition(".")[0]
    return included, Arguments(arguments.positional[1:], arguments.named)


def stand_in(name: str, text: str, *, is_liquid: bool = False, in_html: bool = False) -> str:
    """Return what readers see in place of a tag that only the old site could run.

    These are the words among its arguments, or its name and values in brackets.
    """
    name, arguments = _called(name, read_arguments(_EXPRESSION.sub("", text)), is_liquid=is_liquid)
    words = [value for key, value in arguments.named.items() if _WORDS_KEY.fullmatch(key)]
    words += [value for value in arguments.positional if " " in value.strip()]
    words = [" ".join(value.split()) for value in words if re.search(r"\w", value) and "{" not in value]
    if words:
        credit = arguments.get("author", "cite", "source")
        shown = ". ".join([*(value.rstrip(".") for value in words[:-1]), words[-1]])
        shown += f" — {credit}" if credit else ""
        return escape(shown) if in_html else shown
    values = (*arguments.positional, *arguments.named.values())
    shown = " ".join([name, *(value for value in values if _PLAIN_VALUE.fullmatch(value))][:MOST_VALUES])
    return escape(f"[{shown}]") if in_html else as_text(f"[{shown}]")


def replace_component(name: str, text: str, *, in_html: bool = False) -> str | None:
    """Like replace_tag(), for an MDX component, whose name has capitals instead of hyphens."""
    named = Arguments((), read_arguments(text).named)  # words without a value are switches
    return _replaced(_WORD_IN_NAME.sub("-", name).lower(), named, in_html=in_html)


def _replaced(name, arguments, *, is_liquid=False, in_html=False):
    if name == "include_code" and arguments.positional:  # Hexo's, with a title and options before the path
        path = f"/downloads/code/{arguments.positional[-1]}"
        arguments = Arguments((path,), {})
    if name == "asset_img":
        return _asset_image(arguments.positional, in_html)
    if _IMAGE_TAG.fullmatch(name):
        return _image_parts(arguments, in_html, from_root=is_liquid)
    if _WORDS_TAG.fullmatch(name) and arguments.positional:
        return escape(arguments.positional[0]) if in_html else as_text(arguments.positional[0])
    if name.replace("-", "").replace("_", "") in _LINKED:
        return _link_of(name.replace("-", "").replace("_", ""), arguments, in_html)
    has_words = len(arguments.positional) > 1  # a file alone may be a part of the syntax around the tag
    if _IMAGE_NAME.fullmatch(arguments.get("src") or (arguments.positional[0] if has_words else "")):
        return _image_parts(arguments, in_html, from_root=is_liquid)
    return _link_to_file(arguments, in_html, is_including=bool(_INCLUDING.fullmatch(name)))


def _asset_image(words, in_html):
    """Return the image of Hexo's `asset_img`: classes, a file next to the text, its size, the alt text."""
    number = next((number for number, word in enumerate(words) if _IMAGE_NAME.fullmatch(word)), len(words))
    alt = " ".join(word for word in words[number + 1 :] if not word.isdecimal())
    return image(words[number], alt, in_html=in_html) if number < len(words) else None


def _link_to_file(arguments, in_html, *, is_including):
    """Return a link to the file, recording or page that a tag embeds; None if it names none."""
    title = arguments.get("caption", "title", "alt")
    for address in (*arguments.named.values(), *arguments.positional):
        file = address.removesuffix("?raw")
        if _FILE.fullmatch(file) and linked_extension(file) and (is_including or file != address):
            return link(file, file.rpartition("/")[2], in_html)
        if found := _MEDIA_NAME.fullmatch(address):
            kind = "PDF" if found["pdf"] else "Audio" if found["audio"] else "Video"
            return link(address, f"{kind}: {title or address.rpartition('/')[2]}", in_html)
        if _WEB.fullmatch(address) and not _IMAGE_NAME.fullmatch(address):
            return link(address, title, in_html)
    return None


def replace_caption(text: str, content: str, *, in_html: bool) -> str | None:
    """Return a figure for WordPress's `[caption …]<img …> text[/caption]`."""
    found = _CAPTIONED.fullmatch(content)
    if not found:
        return None
    attributes = lone_image(found["raw"]) if found["raw"] else {"src": found["src"], "alt": found["alt"]}
    caption = found["caption"].strip() or read_arguments(text).get("caption")
    anchor = _HREF.search(found["anchor"] or "")
    link = (anchor[1] if anchor else "") or found["link"] or ""
    return image((attributes or {}).get("src", ""), (attributes or {}).get("alt", ""), caption, link, in_html)


def listing(language: str, code: str, indent: str, *, in_html: bool) -> str:
    """Return a code block. If it is indented, as in a list, the lines of `code` have that indent already."""
    if in_html:
        return f"<pre><code>{escape(code.strip('\n'), quote=False)}</code></pre>"
    longest = max(map(len, re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    code = code.rstrip().lstrip("\n")
    return f"{fence}{language}\n{code}\n{indent}{fence}\n{indent}"


def image(src: str, alt: str, caption: str = "", link: str = "", in_html: bool = False) -> str | None:
    if not src:
        return None
    words = " ".join(strip_markdown_inline(caption).split())
    alt = decode_entities(alt)  # may contain entities: the tag would have written it into HTML
    if in_html:
        shown = f'<img src="{escape(src)}" alt="{escape(alt)}">'
        return f"<figure>{shown}<figcaption>{escape(words)}</figcaption></figure>" if words else shown
    title = f' "{as_text(words)}"' if words else ""
    markdown = f"![{as_text(alt)}](<{as_text(src)}>{title})"
    return f"[{markdown}](<{as_text(link)}>)" if link else markdown


def link(address: str, text: str = "", in_html: bool = False) -> str:
    text = text or address
    if in_html:
        return f'<a href="{escape(address)}">{escape(text)}</a>'
    return f"[{as_text(text)}](<{as_text(address)}>)"


def as_text(source: str) -> str:
    """Escape a source as literal text for Markdown, attributes and URLs."""
    return source.translate(_ENTITIES)


def _image_parts(arguments, in_html, *, from_root):
    src = arguments.get(*_IMAGE_KEYS[:-1])
    if not src and _IMAGE_NAME.fullmatch(arguments.get("link", "href")):
        src = arguments.get("link", "href")  # in a gallery for Hugo, which links the image
    rest = [value for value in arguments.positional if value != src]
    if not src:
        src = next((value for value in rest if _IMAGE_NAME.fullmatch(value)), "")
        rest = rest[rest.index(src) + 1 :] if src else []
    if not src or "{" in src:
        return None
    if from_root and not re.match(r"/|\.|[a-z]+:", src, re.IGNORECASE):
        src = f"/{src}"  # in Liquid tags, file paths start at the site's root
    words = [value for value in rest if not _SIZE.fullmatch(value)]
    quoted = [value for value in words if " " in value or len(words) == 1]
    alt = arguments.get("alt") or (quoted[-1] if quoted else " ".join(words))
    caption = arguments.get("caption") or arguments.get("title")
    shown = image(src, alt, caption, _web_or_path(arguments.get("link", "href")), in_html)
    credit = " ".join(arguments.get("attr", "credit", "credits", "attribution").split())
    if shown and credit and not in_html:
        linked = _LINK.fullmatch(credit)
        credit, target = linked.groups() if linked else (credit, _web_or_path(arguments.get("attrlink")))
        shown += f"\n*{link(target, credit) if target else as_text(credit)}*"
    return shown


def _web_or_path(address):
    return address if _WEB.fullmatch(address) or re.fullmatch(r"/[^\s<>]*", address) else ""


def _link_of(name, arguments, in_html):
    given = arguments.get("url", "id", "video", "videoid", "src") or " ".join(arguments.positional[:1])
    title = arguments.get("title", "caption")
    web = next((number for number, word in enumerate(arguments.positional) if _WEB.fullmatch(word)), 0)
    if name == "link" and web:  # Hexo's, with its words before the URL
        return link(arguments.positional[web], " ".join(arguments.positional[:web]), in_html)
    if _WEB.fullmatch(given):
        return link(given, title, in_html)
    if name == "gist" and len(arguments.positional) > 1 and "/" not in given:
        given = f"{given}/{arguments.positional[1]}"
    is_path = name in ("gist", "github") and re.fullmatch(r"[\w.-]+/[\w.-]+", given)
    if not _LINKED[name] or not (is_path or _ID.fullmatch(given)):
        return None
    return link(_LINKED[name].format(given), title, in_html)
