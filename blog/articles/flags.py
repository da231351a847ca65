"""Featured and trending: flags that a file suggests and an editor confirms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# {flag: the field that is true while the flag is only suggested by a file}
SUGGESTION_FIELDS = {"is_featured": "featured_is_suggested", "is_trending": "trending_is_suggested"}


class FlagsModel(models.Model):
    """The flags of an article.

    A flag from a file is only a suggestion until an editor sets it, because AI tools flag all they write.
    Pages may select articles by suggested flags, but must not present them as an editor's choice or as a
    measurement.
    """

    is_featured = models.BooleanField(_("featured"), default=False)
    is_trending = models.BooleanField(_("trending"), default=False)
    featured_is_suggested = models.BooleanField(default=False, editable=False)
    trending_is_suggested = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def set_flags_by_file(self, *, is_featured: bool, is_trending: bool) -> None:
        """Set the flags from a file. A flag that an editor already set to the same value stays confirmed."""
        for name, wanted in {"is_featured": is_featured, "is_trending": is_trending}.items():
            if wanted and not getattr(self, name):
                setattr(self, SUGGESTION_FIELDS[name], True)
            setattr(self, name, wanted)
