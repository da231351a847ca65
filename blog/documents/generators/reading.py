"""Read the configuration of a site generator into a SiteConfiguration."""

from collections.abc import Mapping

from blog.documents.generators.configuration import Generator, SiteConfiguration
from blog.documents.generators.hugo import read_hugo, read_zola
from blog.documents.generators.javascript import read_astro, read_docusaurus, read_eleventy
from blog.documents.generators.jekyll import read_jekyll
from blog.documents.generators.python import read_mkdocs, read_pelican
from blog.documents.generators.systems import CONFIGURATION, SYSTEMS, read_system

# {path of a file, relative to the folder of the configuration: generators that use this name}
CONFIGURATION_FILES: Mapping[str, tuple[Generator, ...]] = {
    "_config.yml": (Generator.JEKYLL,),
    "_config.yaml": (Generator.JEKYLL,),
    "_config.toml": (Generator.JEKYLL,),
    **{f"hugo.{ending}": (Generator.HUGO,) for ending in ("toml", "yaml", "yml", "json")},
    **{f"config/_default/hugo.{ending}": (Generator.HUGO,) for ending in ("toml", "yaml", "yml", "json")},
    "config.toml": (Generator.ZOLA, Generator.HUGO),
    "zola.toml": (Generator.ZOLA,),
    **{f"config.{ending}": (Generator.HUGO,) for ending in ("yaml", "yml", "json")},
    **{f"config/_default/config.{ending}": (Generator.HUGO,) for ending in ("toml", "yaml", "yml", "json")},
    **{
        f"docusaurus.config.{ending}": (Generator.DOCUSAURUS,) for ending in ("js", "ts", "mjs", "cjs", "mts")
    },
    "pelicanconf.py": (Generator.PELICAN,),
    "mkdocs.yml": (Generator.MKDOCS,),
    "mkdocs.yaml": (Generator.MKDOCS,),
    **{f"eleventy.config.{ending}": (Generator.ELEVENTY,) for ending in ("js", "mjs", "cjs", "ts")},
    ".eleventy.js": (Generator.ELEVENTY,),
    **{f"astro.config.{ending}": (Generator.ASTRO,) for ending in ("js", "mjs", "cjs", "ts", "mts")},
    CONFIGURATION: SYSTEMS[:1],
}
# {path of a file that completes a configuration: name of the part}
COMPANION_FILES: Mapping[str, str] = {
    "publishconf.py": "publish",
    **{
        f"config/_default/{part}.{ending}": part
        for part in ("permalinks", "languages", "module")
        for ending in ("toml", "yaml", "yml", "json")
    },
}


def is_configuration_name(path: str) -> bool:
    """Whether a file with this path may belong to a configuration."""
    return any(path == name or path.endswith(f"/{name}") for name in (*CONFIGURATION_FILES, *COMPANION_FILES))


def read_configuration(files: Mapping[str, bytes]) -> SiteConfiguration | None:
    """Return the configuration in files {path of CONFIGURATION_FILES or COMPANION_FILES: bytes}.

    Returns None if they contain no generator's configuration. Raises ConfigurationError if a file cannot be
    read.
    """
    parts = {part: path for path, part in COMPANION_FILES.items() if path in files}
    for path, generators in CONFIGURATION_FILES.items():
        if path in files:
            for generator in generators:
                if found := _READERS[generator](path, files, parts):
                    return found
    return None


_READERS = {
    Generator.JEKYLL: read_jekyll,
    Generator.HUGO: read_hugo,
    Generator.ELEVENTY: read_eleventy,
    Generator.DOCUSAURUS: read_docusaurus,
    Generator.PELICAN: read_pelican,
    Generator.MKDOCS: read_mkdocs,
    Generator.ZOLA: read_zola,
    Generator.ASTRO: read_astro,
    **dict.fromkeys(SYSTEMS, read_system),
}
