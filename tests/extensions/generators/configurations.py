"""Configurations of site generators, read in this process."""

from blog.documents.generators.configuration import SiteConfiguration
from blog.extensions.generators.galley import GENERATORS
from blog.sandbox.texts import read_configuration


def configuration_in(files: dict[str, bytes]) -> SiteConfiguration | None:
    """Return the configuration in files {path: bytes}."""
    return read_configuration(files, GENERATORS)
