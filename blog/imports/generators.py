"""The names of the configurations that extensions can read."""

from blog import extend
from blog.documents.generators.systems import CONFIGURATION


def configuration_names() -> list[str]:
    """Return the paths that a configuration may have, relative to its folder, the preferred first."""
    return [*(path for generator in extend.generators for path in generator.files), CONFIGURATION]


def companion_names() -> list[str]:
    """Return the paths of files that complete a configuration, relative to its folder."""
    return [path for generator in extend.generators for path in generator.companions]


def is_configuration_name(path: str) -> bool:
    """Whether a file with this path may belong to a configuration."""
    return f"/{path}".endswith(tuple(f"/{name}" for name in (*configuration_names(), *companion_names())))
