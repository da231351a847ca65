"""What the site has chosen about opening sources."""

from django.conf import settings

from blog.extensions.sources.models import SourceSettings

Opening = SourceSettings.Opening


def source_settings() -> SourceSettings:
    """Return the choices of the screen, or those of a new site."""
    return SourceSettings.objects.first() or SourceSettings()


def opening() -> str:
    """Return whether pages are opened: "yes", "asked" or "no". The server can forbid it for the site."""
    return source_settings().opening if settings.OPEN_SOURCES else Opening.NO
