"""The base of models whose rows an editor puts in an order."""

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from blog.base.models import PublicModel


class Placed(PublicModel):
    """A row with a position among its siblings; without one, it is saved as the last."""

    position = models.PositiveSmallIntegerField(_("position"), blank=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.position is None:
            last = self.siblings().aggregate(last=Max("position"))["last"]
            self.position = 1 if last is None else last + 1
        super().save(*args, **kwargs)

    def siblings(self):
        """Return the rows among which this one has its position: those of its model."""
        return type(self).objects
