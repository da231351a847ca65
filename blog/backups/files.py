"""The files that rows name: images, originals of imported images, and files that articles link to.

They are named by their content, and never change. Other files of the data folder are recreated if missing.
"""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils._os import safe_join

from blog.backups import rows
from blog.files import modes
from blog.images.models import Image
from blog.images.originals import original_name

MEDIA, ORIGINALS = "media/", "originals/"


def named_files() -> Iterator[str]:
    """Yield the name of each file in a backup, once, such as "media/images/ab/abc.png"."""
    names = set()
    for model in rows.stored_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                stored = model._base_manager.exclude(**{field.name: ""}).order_by("pk")
                names.update(MEDIA + name for name in stored.values_list(field.name, flat=True) if name)
    originals = Image.objects.exclude(original="").exclude(original=F("digest"))
    names.update(ORIGINALS + original_name(name) for name in originals.values_list("original", flat=True))
    yield from sorted(names)


def path_of(name: str) -> Path:
    """Return the path of a file of a backup on this site.

    Raises SuspiciousFileOperation if the name leads outside the folder for such files.
    """
    folder, _slash, rest = name.partition("/")
    root = settings.ORIGINAL_ROOT if f"{folder}/" == ORIGINALS else settings.MEDIA_ROOT
    return Path(safe_join(root, rest))


def modes_of(name: str) -> tuple[int, int]:
    """Return the permissions of a file and of its folder."""
    if name.startswith(ORIGINALS):
        return modes.PRIVATE_FILE, modes.PRIVATE_FOLDER
    return modes.SERVED_FILE, modes.PASSAGE
