"""Earlier looks of the site. Changing the look stores the one that it replaces, so that nothing is lost."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from blog.base.models import UserDecision
from blog.images.models import Image
from blog.site.identity import SINGLETON_PK, SiteIdentity
from blog.site.look import LOOK_FIELDS, LookFields


class EarlierLook(LookFields, UserDecision):
    """A look that was replaced, with the user who replaced it and the time."""

    stored_name = "EarlierLook"

    logo = models.ForeignKey(Image, models.SET_NULL, null=True, related_name="+")
    had_logo = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]
        verbose_name = _("earlier look")

    def __str__(self):
        return f"{self.get_manner_display()}, {self.get_face_display()}, {self.accent}"

    @property
    def lost_its_logo(self) -> bool:
        """Whether the image that was the logo has been deleted since."""
        return self.had_logo and not self.logo_id


@transaction.atomic
def change_look(values: dict, logo: Image | None, user) -> list[str]:
    """Store a look, and the one that it replaces. Return the names of the fields that changed.

    values: {field: value} for all LOOK_FIELDS.
    """
    SiteIdentity.objects.get_or_create(pk=SINGLETON_PK)
    site = SiteIdentity.objects.select_for_update().get(pk=SINGLETON_PK)
    before = {name: getattr(site, name) for name in LOOK_FIELDS}
    changed = [name for name in LOOK_FIELDS if values[name] != before[name]]
    if (logo and logo.pk) != site.logo_id:
        changed.append("logo")
    if changed:
        EarlierLook(**before, logo_id=site.logo_id, had_logo=bool(site.logo_id), by=user).save()
        for name in LOOK_FIELDS:
            setattr(site, name, values[name])
        site.logo = logo
        site.save(update_fields=[*LOOK_FIELDS, "logo"])
    return changed


def restore_look(earlier: EarlierLook, user) -> list[str]:
    """Store an earlier look again. Return the names of the fields that changed."""
    return change_look({name: getattr(earlier, name) for name in LOOK_FIELDS}, earlier.logo, user)
