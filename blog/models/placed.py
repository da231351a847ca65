"""The base of models whose rows an editor puts in an order."""

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from blog.models.public import PublicModel


class Placed(PublicModel):
    """A row with a position among the rows of its model; without one, it is saved as the last."""

    position = models.PositiveSmallIntegerField(_("position"), blank=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.position is None:
            last = type(self).objects.aggregate(last=Max("position"))["last"]
            self.position = 1 if last is None else last + 1
        super().save(*args, **kwargs)
