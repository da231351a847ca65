"""The site generators whose configurations are read. If a folder has several, the first counts."""

from blog.extend import SiteGenerator, generators

READERS = "blog.extensions.generators"
SETTINGS = ("toml", "yaml", "yml", "json")
SCRIPTS = ("js", "mjs", "cjs", "ts")


def _named(name: str, *endings: str) -> tuple[str, ...]:
    return tuple(f"{name}.{ending}" for ending in endings)


# Folders in which Astro's sites have the page of their texts. Its name has a parameter.
_PLACES = ("blog/", "posts/", "post/", "articles/", "article/", "writing/", "notes/", "news/", "journal/", "")


def _routes(place: str) -> list[str]:
    return [f"src/pages/{place}[{name}].astro" for name in ("...slug", "slug", "...id", "id")]


_PARTS = ("permalinks", "languages", "module")
GENERATORS = (
    SiteGenerator("Hexo", f"{READERS}.hexo:read_hexo", ("_config.yml",)),
    SiteGenerator("Jekyll", f"{READERS}.jekyll:read_jekyll", _named("_config", "yml", "yaml", "toml")),
    SiteGenerator("Zola", f"{READERS}.hugo:read_zola", ("config.toml", "zola.toml")),
    SiteGenerator(
        "Hugo",
        f"{READERS}.hugo:read_hugo",
        (
            *_named("hugo", *SETTINGS),
            *_named("config/_default/hugo", *SETTINGS),
            *_named("config", *SETTINGS),
            *_named("config/_default/config", *SETTINGS),
        ),
        {name: part for part in _PARTS for name in _named(f"config/_default/{part}", *SETTINGS)},
    ),
    SiteGenerator(
        "Docusaurus",
        f"{READERS}.javascript:read_docusaurus",
        _named("docusaurus.config", *SCRIPTS, "mts"),
    ),
    SiteGenerator(
        "Pelican", f"{READERS}.python:read_pelican", ("pelicanconf.py",), {"publishconf.py": "publish"}
    ),
    SiteGenerator("MkDocs", f"{READERS}.python:read_mkdocs", _named("mkdocs", "yml", "yaml")),
    SiteGenerator(
        "Eleventy",
        f"{READERS}.javascript:read_eleventy",
        (*_named("eleventy.config", *SCRIPTS), ".eleventy.js"),
        data_files=(*_named("*.11tydata", "json", "js", "mjs", "cjs"), "*.json"),
    ),
    SiteGenerator(
        "Astro",
        f"{READERS}.javascript:read_astro",
        _named("astro.config", *SCRIPTS, "mts"),
        {path: path for place in _PLACES for path in _routes(place)},
    ),
    SiteGenerator(
        "Gatsby",
        f"{READERS}.javascript:read_gatsby",
        _named("gatsby-config", *SCRIPTS),
        dict.fromkeys(_named("gatsby-node", *SCRIPTS), "node"),
    ),
)
for generator in GENERATORS:
    generators.add(generator)
