"""The files that rows name: images, originals of imported images, and files that articles link to.

They are named by their content, and never change. Other files of the data folder are recreated if missing.
"""

from collections.abc import Iterable, Iterator

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import F

from blog.files.storage import FolderStorage
from blog.images.originals import original_name, original_storage

MEDIA, ORIGINALS = "media/", "originals/"


def named_files(stored_models: Iterable[type[models.Model]]) -> Iterator[str]:
    """Yield the name of each file that rows of these models name, once, such as "media/images/ab/abc.png"."""
    names = set()
    for model in stored_models:
        if model._meta.label == "blog.Image":
            originals = model._base_manager.exclude(original="").exclude(original=F("digest"))
            stored = originals.values_list("original", flat=True)
            names.update(ORIGINALS + original_name(name) for name in stored)
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                stored = model._base_manager.exclude(**{field.name: ""}).order_by("pk")
                names.update(MEDIA + name for name in stored.values_list(field.name, flat=True) if name)
    yield from sorted(names)


def stored_at(name: str) -> tuple[FolderStorage, str]:
    """Return the storage of a file of a backup on this site, and its name there."""
    folder, _slash, rest = name.partition("/")
    return (original_storage() if f"{folder}/" == ORIGINALS else default_storage), rest
