"""The names of the configurations that extensions can read."""

from collections.abc import Container, Iterable

from blog import extend
from blog.documents.generators.systems import CONFIGURATION

MOST_FOLDERS = 200  # of texts whose data files are read


def configuration_names() -> list[str]:
    """Return the paths that a configuration may have, relative to its folder, the preferred first."""
    return [*(path for generator in extend.generators for path in generator.files), CONFIGURATION]


def companion_names() -> list[str]:
    """Return the paths of files that complete a configuration, relative to its folder."""
    return [path for generator in extend.generators for path in generator.companions]


def data_files_of(folders: Iterable[str], configurations: Container[str]) -> list[str]:
    """Return the paths of files that may have settings for the texts in these folders and those above them.

    configurations: the files that were found, which tell the generator.
    """
    names = [
        name
        for generator in extend.generators
        if any(path in configurations for path in generator.files)
        for name in generator.data_files
    ]
    all_folders = {
        "/".join(parts[:depth])
        for parts in (folder.split("/") for folder in folders if folder and names)
        for depth in range(1, len(parts) + 1)
    }
    shallowest = sorted(all_folders, key=lambda folder: (folder.count("/"), folder))[:MOST_FOLDERS]
    return [_data_file(folder, name) for folder in shallowest for name in names]


def _data_file(folder, name):
    return f"{folder}/{name.replace('*', folder.rpartition('/')[2])}"


def is_configuration_name(path: str) -> bool:
    """Whether a file with this path may belong to a configuration."""
    names = (*configuration_names(), *companion_names())
    folder = path.rpartition("/")[0]
    data_files = (
        _data_file(folder, name) for generator in extend.generators for name in generator.data_files
    )
    return f"/{path}".endswith(tuple(f"/{name}" for name in names)) or path in data_files
