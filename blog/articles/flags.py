"""Flags of an article: featured and trending, as a file suggests them or an editor has set them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# {name of a flag: name of the field that says whether it is a hint}
HINTS = {"is_featured": "featured_is_suggested", "is_trending": "trending_is_suggested"}


class FlagsModel(models.Model):
    """The base of Article with its flags.

    A flag that comes from a file is a hint until an editor sets it: generators flag whatever they write.
    Pages may choose articles by hints, but must not tell readers that an editor or a measurement did.
    """

    is_featured = models.BooleanField(_("featured"), default=False)
    is_trending = models.BooleanField(_("trending"), default=False)
    featured_is_suggested = models.BooleanField(default=False, editable=False)
    trending_is_suggested = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def set_flags_by_file(self, *, is_featured: bool, is_trending: bool) -> None:
        """Set the flags as a file has them; what an editor has set to the same stays the editor's."""
        for name, wanted in {"is_featured": is_featured, "is_trending": is_trending}.items():
            if wanted and not getattr(self, name):
                setattr(self, HINTS[name], True)
            setattr(self, name, wanted)
