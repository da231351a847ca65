"""The states of an article, and where a category stands in one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    NEW = "new", _("New")
    PUBLISHED = "published", _("Published")


class Level(models.IntegerChoices):
    """Where a category stands in one article; one category may stand at several levels in different files."""

    EXACT = 0, _("exact")
    GENERAL = 1, _("general")
    MEDIUM = 2, _("medium")
    SPECIFIC = 3, _("specific")
    NICHE = 4, _("niche")
    PLAIN = 9, _("no level")


# The steps of the trail, broad to narrow. The exact category is the article's label, not a step.
TRAIL_LEVELS = (Level.GENERAL, Level.MEDIUM, Level.SPECIFIC, Level.NICHE)
