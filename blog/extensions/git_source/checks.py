"""System check: Git is installed if a repository is set."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from blog.files.git import has_git


@register(Tags.files)
def check_git(app_configs, **kwargs):
    if settings.IMPORT_REPOSITORY is None or has_git():
        return []
    return [
        Error(
            "GALLEY_IMPORT_REPOSITORY is set, but Git is not installed, so nothing is imported.",
            hint="Run: apt-get install git",
            id="galley.E020",
        )
    ]
