"""Invitations: by mail address, with a signed link that works once within a week.

A row exists while the invitation is pending. It is deleted when it is accepted, when it is withdrawn, and
30 days after its link has expired. Only its newest link is valid, and only while its sender may send such
invitations.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import signing
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext_lazy as _

from blog.base.models import PERMISSION_BACKEND

VALID_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)  # after its link has expired
WRITER = "Writer"  # the group that Editors may grant
SALT = "blog.desk.invitations"


class InvitationQuerySet(models.QuerySet):
    def find(self, token: str) -> "Invitation | None":
        """Return the invitation of a link; None if it is forged, expired, used, withdrawn or replaced.

        The invitation may have ended.
        """
        try:
            pk, key = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            return None
        invitation = self.filter(pk=pk).select_related("group").first()
        is_valid = invitation and not invitation.is_expired and constant_time_compare(invitation.key, key)
        return invitation if is_valid else None

    def manageable_by(self, user):
        """Return the invitations to groups that the user may grant."""
        return self.filter(group__in=grantable_groups(user))

    def open(self):
        """Return the invitations whose senders still have an account that may invite to the group."""
        users = get_user_model().objects.with_perm("blog.add_invitation", backend=PERMISSION_BACKEND)
        may_grant = models.Q(invited_by__is_superuser=True) | models.Q(group__name=WRITER)
        return self.filter(may_grant, invited_by__in=users.filter(is_staff=True))

    def valid(self):
        """Return the open invitations whose links have not expired."""
        return self.open().filter(sent_at__gt=timezone.now() - VALID_FOR)

    def forget_old(self) -> None:
        self.filter(sent_at__lt=timezone.now() - VALID_FOR - KEPT_FOR).delete()


class Invitation(models.Model):
    """A pending invitation to become a member of a group."""

    email = models.EmailField(_("e-mail address"))
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", verbose_name=_("group"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    key = models.CharField(max_length=32)  # part of the newest link
    sent_at = models.DateTimeField(_("sent"))

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        default_permissions = ("add",)
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="invitation_once_an_address",
                violation_error_message=_("This address is invited already. Send it again below."),
            )
        ]

    def __str__(self):
        return self.email

    @property
    def expires_at(self):
        return self.sent_at + VALID_FOR

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def has_ended(self) -> bool:
        """Whether the sender may no longer send such invitations."""
        return not type(self).objects.open().filter(pk=self.pk).exists()

    def renew(self) -> str:
        """Save the invitation with a new link, and return the link's token."""
        self.key, self.sent_at = get_random_string(32), timezone.now()
        self.save()
        return signing.dumps([self.pk, self.key], salt=SALT)


def grantable_groups(user) -> models.QuerySet:
    """Return the groups that the user may invite to: all for superusers, otherwise only Writer."""
    groups = Group.objects.order_by("name")
    return groups if user.is_superuser else groups.filter(name=WRITER)
