"""Held updates: changed files for published articles that wait for an editor's decision."""

import itertools
from contextlib import contextmanager

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.provenance import Provenance, WrittenBy
from blog.base.models import NAME_LENGTH, name_of
from blog.base.parameters import ROWS_AT_ONCE
from blog.imports.held_images import drop_held_image


class HeldUpdateQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=self.model.State.WAITING)

    def articles_by_digest(self, source_name) -> dict[str, int]:
        """Return {digest: article} of the files of this source that wait, or were declined."""
        states = [self.model.State.WAITING, self.model.State.DECLINED]
        rows = self.filter(source_name=source_name, state__in=states).order_by("pk")
        return dict(rows.values_list("digest", "article"))

    def moved(self, article, digest, *, path, root) -> None:
        """Let the file that waits for an article be at another path: it was moved in its source."""
        self.waiting().filter(article=article, digest=digest).update(path=path, root=root)

    def image_digests(self) -> set[str]:
        """Return the digests of the images that come with these."""
        stored = self.exclude(images={}).order_by().values_list("images", flat=True)
        return {digest for images in stored for digest in images.values()}

    def drop_images_on_commit(self, digests) -> None:
        """After the commit, delete from the storage those of the images that no held update brings then."""
        if digests:
            transaction.on_commit(lambda: _drop(digests - self.model.objects.image_digests()))

    @contextmanager
    def images_dropped(self, articles):
        """Context manager for deleting articles (keys): what their updates keep in the storage goes, too."""
        digests = set()
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            digests |= self.filter(article__in=some).image_digests()
        yield
        self.drop_images_on_commit(digests)


class HeldUpdate(models.Model):
    """A changed file of a published or scheduled article that waits for an editor's decision.

    At most one waits per article. Decided ones stay, so that the same bytes are not held again. images maps
    the address in the text of each image that comes with the file to the digest of its bytes, which
    blog/imports/held_images.py stores where readers cannot request them. written_by is what the import said
    of who wrote the file.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        DECIDED = "decided", _("Decided in the comparison")

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="held_updates")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    source_name = models.CharField(_("source"), max_length=255)
    root = models.CharField(_("folder"), max_length=4096)
    path = models.CharField(_("path"), max_length=4096)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    images = models.JSONField(default=dict)
    written_by = models.CharField(max_length=WrittenBy.LENGTH, default=Provenance.FILE)
    batch = models.ForeignKey(
        "blog.ImportBatch", models.SET_NULL, null=True, blank=True, related_name="held_updates"
    )
    held_at = models.DateTimeField(_("held since"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by_name = models.CharField(_("decided by"), max_length=NAME_LENGTH, blank=True)

    objects = HeldUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-held_at", "-pk"]
        verbose_name = _("held update")
        verbose_name_plural = _("held updates")
        default_permissions = ()
        permissions = [("decide_heldupdate", "Can accept and decline held updates")]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], name="held_update_one_waits", condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="held_update_decided_has_date",
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["-held_at", "-id"], name="held_update_queue", condition=Q(state="waiting"))
        ]

    def __str__(self):
        return self.path

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def decide(self, state, *, by) -> None:
        """Store the decision. The caller changes the article accordingly, in the same transaction."""
        self.state = state
        self.decided_at = timezone.now()
        self.decided_by, self.decided_by_name = by, name_of(by)
        self.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])

    def reopen(self) -> None:
        """Let the update wait again. Raises IntegrityError if another one has come in the meantime."""
        self.state = self.State.WAITING
        self.decided_at, self.decided_by, self.decided_by_name = None, None, ""
        self.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])


def _drop(digests):
    for digest in digests:
        drop_held_image(digest)
