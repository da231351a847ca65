"""The files of each site generator: settings, front matter, paths, and escaped template syntax."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from blog.extensions.generators.export.contents import Site, Text, Topic

# YAML 1.1 takes these characters for line breaks, even in quotes.
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_BARE_KEY = re.compile(r"[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Format:
    """The files of a generator.

    static: the folder that is copied to the root of the built site. settings: returns {path: contents}. text
    and topic return the path and contents of a file. has_aliases: whether the generator redirects the aliases
    in front matter; otherwise, each old path of a text gets an HTML file.
    """

    static: str
    settings: Callable[[Site], dict[str, str]]
    text: Callable[[Text, Site], tuple[str, str]]
    topic: Callable[[Topic], tuple[str, str]] | None = None
    has_aliases: bool = False


def _with_yaml(values, body=""):
    return f"---\n{_yaml(values)}---\n\n{body.lstrip(chr(10))}"


def _common(text: Text) -> dict[str, object]:
    """Return the front matter that all generators with YAML share."""
    return {
        "title": text.title,
        "date": text.date,
        "slug": text.slug,
        "description": text.description,
        "image": text.image,
        "imageAlt": text.image_alt,
        "tags": list(text.tags),
        "lang": text.language,
        "disclosure": text.disclosure,
    }


def _names(topics):
    return [topic.name for topic in topics]


def _list_page(topic, layout):
    """Return the page of a topic for generators whose layouts list its articles."""
    return _with_yaml(
        {
            "layout": layout,
            "title": topic.name,
            "permalink": topic.url,
            "description": topic.description,
            "topic": topic.kind,
        }
    )


def _series(text):
    return [text.series] if text.series else []


# Hugo


def _hugo_settings(site):
    values = {
        "baseURL": f"{site.url.rstrip('/')}/",
        "title": site.name,
        "locale": site.language,
        "taxonomies": {"category": "categories", "tag": "tags", "author": "authors", "series": "series"},
        "params": {"description": site.description},
    }
    return {"hugo.toml": f"{_toml(values)}\n[markup.goldmark.renderer]\nunsafe = true  # HTML in texts\n"}


def _hugo_text(text, site):
    values = _common(text) | {
        "url": text.url,
        "lastmod": text.updated,
        "draft": text.is_draft,
        "summary": text.summary,
        "categories": [topic.slug for topic in text.categories],
        "authors": [topic.slug for topic in text.authors],
        "series": [topic.slug for topic in _series(text)],
        "series_weight": text.part,
        "aliases": list(text.aliases),
    }
    folder = "pages" if text.is_page else "articles"
    return f"content/{folder}/{text.slug}.md", _with_yaml(values, escaped_for_hugo(text.body))


def _hugo_topic(topic):
    values = {"title": topic.name, "url": topic.url, "description": topic.description}
    return f"content/{topic.kind}/{topic.slug}/_index.md", _with_yaml(values)


_HUGO_TAG = re.compile(
    r"\{\{(?:(?P<start>[<%])(?P<inner>(?:(?!\{\{|[>%]\}\}|/\*|\*/)[^\n]){0,500})(?P<end>[>%])\}\}|(?P<lone>[<%]))"
)


def escaped_for_hugo(text: str) -> str:
    """Return a text whose shortcodes are shown, not run."""
    return _HUGO_TAG.sub(_shown_by_hugo, text)


def _shown_by_hugo(found):
    start, inner, end = found["start"], found["inner"], found["end"]
    if (start, end) in {("<", ">"), ("%", "%")}:
        return f"{{{{{start}/*{inner}*/{end}}}}}"
    rest = "" if found["lone"] else f"{inner}{end}}}}}"
    return f'{{{{< brace "{start or found["lone"]}" >}}}}{rest}'


# Jekyll


def _jekyll_settings(site):
    values = {
        "title": site.name,
        "description": site.description,
        "url": site.url.rstrip("/"),
        "lang": site.language,
        "markdown": "kramdown",
        "kramdown": {"input": "GFM", "parse_block_html": True, "syntax_highlighter": "rouge"},
        "timezone": "UTC",
        "include": ["_redirects"],
    }
    return {"_config.yml": f'{_yaml(values)}excerpt_separator: ""\n'}


def _jekyll_text(text, site):
    values = _common(text) | {
        "layout": "page" if text.is_page else "article",
        "permalink": text.url,
        "last_modified_at": text.updated,
        "published": not text.is_draft,
        "excerpt": text.summary,
        "categories": _names(text.categories),
        "authors": _names(text.authors),
        "series": _names(_series(text)),
        "redirect_from": list(text.aliases),
    }
    if text.is_page:
        path = f"pages/{text.slug}.md"
    else:
        path = f"_posts/{text.date:%Y-%m-%d}-{text.slug}.md" if text.date else f"_drafts/{text.slug}.md"
    return path, _with_yaml(values, escaped_for_jekyll(text.body))


def _jekyll_topic(topic):
    return f"lists/{topic.kind}/{topic.slug}.md", _list_page(topic, "list")


# After the language of a code block, kramdown accepts nothing, and would read the code as text.
_FENCE = re.compile(r"^([ >]*(?:`{3,}|~{3,})[ \t]*[\w+#.-]+)[ \t]*[ \t{][^\n`]*$", re.MULTILINE)
_END_OF_RAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")


def escaped_for_jekyll(text: str) -> str:
    """Return a text whose Liquid is shown, not run, and whose code blocks kramdown recognises."""
    text = _FENCE.sub(r"\1", text)
    if "{{" not in text and "{%" not in text:
        return text
    inner = _END_OF_RAW.sub(lambda found: f"{{% endraw %}}{{{{ '{{%' }}}}{{% raw %}}{found[0][2:]}", text)
    return f"{{% raw %}}\n{inner}\n{{% endraw %}}\n"


# Eleventy


def _eleventy_settings(site):
    data = {"name": site.name, "description": site.description, "url": site.url, "lang": site.language}
    package = {
        "private": True,
        "type": "module",
        "scripts": {"build": "eleventy", "start": "eleventy --serve"},
        "devDependencies": {"@11ty/eleventy": "^3.0.0"},
    }
    return {"content/_data/site.json": f"{_in_json(data)}\n", "package.json": f"{_in_json(package)}\n"}


def _eleventy_text(text, site):
    values = _common(text) | {
        "layout": "article.njk",
        "permalink": text.url,
        "updated": text.updated,
        "draft": text.is_draft,
        "excerpt": text.summary,
        "categories": _names(text.categories),
        "authors": _names(text.authors),
        "series": _names(_series(text)),
        "aliases": list(text.aliases),
    }
    values["date"] = text.date or text.updated
    folder = "pages" if text.is_page else "articles"
    return f"content/{folder}/{text.slug}.md", _with_yaml(values, text.body)


def _eleventy_topic(topic):
    return f"content/lists/{topic.kind}/{topic.slug}.md", _list_page(topic, "list.njk")


# Zola


def _zola_settings(site):
    settings = {
        "base_url": site.url.rstrip("/"),
        "title": site.name,
        "description": site.description,
        "default_language": site.language,
        "generate_feeds": True,
    }
    taxonomies = "".join(
        f'\n[[taxonomies]]\nname = "{name}"\n' for name in ("categories", "tags", "authors", "series")
    )
    return {"config.toml": _toml(settings) + taxonomies}


def _zola_text(text, site):
    values = {
        "title": text.title,
        "description": text.description or text.summary,
        "date": text.date,
        "updated": text.updated,
        "draft": text.is_draft,
        "path": text.url.strip("/"),
        "aliases": [path.strip("/") for path in text.aliases],
        "template": "page.html",
        "taxonomies": {
            "categories": _names(text.categories),
            "tags": list(text.tags),
            "authors": _names(text.authors),
            "series": _names(_series(text)),
        },
        "extra": {
            "image": text.image,
            "image_alt": text.image_alt,
            "language": text.language,
            "disclosure": text.disclosure,
            "summary": text.summary,
        },
    }
    values = {key: _filled(value) for key, value in values.items()}
    folder = "pages" if text.is_page else "articles"
    body = escaped_for_zola(text.body).lstrip("\n")
    return f"content/{folder}/{text.slug}.md", f"+++\n{_toml(values)}+++\n\n{body}"


def _filled(value):
    return {key: inner for key, inner in value.items() if inner} if isinstance(value, dict) else value


_ZOLA_TAG = re.compile(
    r"\{\{(?=\s*[A-Za-z_]\w*\s*\()(?P<output>[^{}\n]{0,500}?)\}\}"
    r"|\{%(?=\s*(?:[A-Za-z_]\w*\s*\(|end\s*%))(?P<tag>[^{}%\n]{0,500}?)%\}"
)


def escaped_for_zola(text: str) -> str:
    """Return a text whose shortcodes are shown, not run."""
    return _ZOLA_TAG.sub(
        lambda found: (
            f"{{%/*{found['tag']}*/%}}" if found["output"] is None else f"{{{{/*{found['output']}*/}}}}"
        ),
        text,
    )


# Astro


def _astro_settings(site):
    package = {
        "private": True,
        "type": "module",
        "scripts": {"build": "astro build", "dev": "astro dev"},
        "dependencies": {"astro": ">=5"},
    }
    data = {"name": site.name, "description": site.description, "url": site.url, "lang": site.language}
    topics = [
        {"kind": one.kind, "name": one.name, "slug": one.slug, "description": one.description}
        for one in site.topics
    ]
    return {
        "package.json": f"{_in_json(package)}\n",
        "src/data/site.json": f"{_in_json(data)}\n",
        "src/data/topics.json": f"{_in_json(topics)}\n",
        "astro.config.mjs": "import { defineConfig } from 'astro/config';\n\n"
        f"export default defineConfig({{ site: {_in_json(site.url)}, trailingSlash: 'always' }});\n",
    }


def _astro_text(text, site):
    values = _common(text) | {
        "updated": text.updated,
        "draft": text.is_draft,
        "summary": text.summary,
        "categories": _names(text.categories),
        "authors": _names(text.authors),
        "series": _names(_series(text)),
        "aliases": list(text.aliases),
    }
    folder = "pages" if text.is_page else "articles"
    return f"src/content/{folder}/{text.slug}.md", _with_yaml(values, text.body)


def _yaml(values: dict[str, object]) -> str:
    """Return a mapping as YAML, one key per line. Blank values are omitted."""
    return "".join(f"{key}: {_in_json(value)}\n" for key, value in _given(values))


def _toml(values: dict[str, object]) -> str:
    """Return a mapping as TOML. A nested mapping becomes a table. Blank values are omitted."""
    given = list(_given(values))
    lines = [f"{_key(key)} = {_in_toml(value)}\n" for key, value in given if not isinstance(value, dict)]
    tables = [f"\n[{_key(key)}]\n{_toml(value)}" for key, value in given if isinstance(value, dict)]
    return "".join([*lines, *tables])


def _given(values):
    return ((key, value) for key, value in values.items() if value not in ("", None, [], {}, ()))


def _key(key):
    return key if _BARE_KEY.fullmatch(key) else _in_json(key)


def _in_toml(value):
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_in_toml, value))}]"
    return _in_json(value)


def _in_json(value):
    """Return a value as JSON that is safe in YAML, TOML and JavaScript."""
    text = json.dumps(value, ensure_ascii=False, default=lambda moment: moment.isoformat(timespec="seconds"))
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


FORMATS = {
    "hugo": Format("static", _hugo_settings, _hugo_text, _hugo_topic, has_aliases=True),
    "jekyll": Format("", _jekyll_settings, _jekyll_text, _jekyll_topic),
    "eleventy": Format("public", _eleventy_settings, _eleventy_text, _eleventy_topic),
    "zola": Format("static", _zola_settings, _zola_text, has_aliases=True),
    "astro": Format("public", _astro_settings, _astro_text),
}
