"""What the worker does for the site once an hour."""

from blog.jobs import cleanup_hook
from blog.site.custom_templates import note_overrides

cleanup_hook(note_overrides)
