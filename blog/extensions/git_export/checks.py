"""System checks of GALLEY_EXPORT_DIR."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register

from blog.files.git import has_git


@register(Tags.files)
def check_export(app_configs, **kwargs):
    """Check that Git is installed, and that GALLEY_EXPORT_DIR is not served or used otherwise."""
    folder = settings.EXPORT_DIR
    if folder is None:
        return []
    errors = []
    if not has_git():
        errors.append(
            Error(
                "GALLEY_EXPORT_DIR is set, but Git is not installed, so articles are not exported.",
                hint="Run: apt-get install git",
                id="galley.E007",
            )
        )
    served = [settings.MEDIA_ROOT, settings.STATIC_ROOT, settings.PAGES_DIR]
    if any(folder.is_relative_to(other) or Path(other).is_relative_to(folder) for other in served if other):
        errors.append(
            Error(
                f"GALLEY_EXPORT_DIR is {folder}, whose files visitors can read, or whose files Galley needs.",
                hint="Choose a folder outside of the data folder and of GALLEY_PAGES_DIR.",
                id="galley.E008",
            )
        )
    return errors
