"""The status of an article and of its newest approval, and the level of a category in an article."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    NEW = "new", _("New")
    PUBLISHED = "published", _("Published")


class ReviewState(models.IntegerChoices):
    """Whether the newest approval of an article applies to its current content."""

    NONE = 0
    VALID = 1
    STALE = 2


class Level(models.IntegerChoices):
    """The level of a category in one article. It can differ from article to article."""

    EXACT = 0, _("exact")
    GENERAL = 1, _("general")
    MEDIUM = 2, _("medium")
    SPECIFIC = 3, _("specific")
    NICHE = 4, _("niche")
    PLAIN = 9, _("no level")


# The steps of the breadcrumb trail, broad to narrow. The exact category is not a step.
TRAIL_LEVELS = (Level.GENERAL, Level.MEDIUM, Level.SPECIFIC, Level.NICHE)
