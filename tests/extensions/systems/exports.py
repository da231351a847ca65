"""Exports of publishing systems for tests: the samples, and what becomes of them."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from blog.documents.frontmatter.document import parse_document
from blog.documents.systems.export import ConvertedExport
from blog.extensions.systems.galley import SYSTEMS
from blog.sandbox.systems import convert

SAMPLES = Path(__file__).parents[2] / "samples" / "systems"


@dataclass
class Converted:
    """A converted export: its description, and its files."""

    found: ConvertedExport | None
    files: dict[str, bytes]

    def fields(self, path):
        return parse_document(self.files[path]).fields

    def body(self, path):
        return parse_document(self.files[path]).body

    @property
    def left_out(self):
        return {what: number for what, number, _ in self.found.left_out}


def converted(path, folder, site_url="") -> Converted:
    """Convert an export in this process. folder: for the result."""
    target = folder / "converted.zip"
    found = convert(path, target, site_url, SYSTEMS)
    with zipfile.ZipFile(target) as archive:
        return Converted(found, {name: archive.read(name) for name in archive.namelist()})


def sample(name, folder):
    """Return the sample of a system as a zip file, written in a folder."""
    root = SAMPLES / name
    files = {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }
    return packed(folder / f"{name}.zip", files)


def packed(path, files):
    """Write a zip file of {name: content}, and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
