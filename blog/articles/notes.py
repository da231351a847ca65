"""Notes of colleagues on an article, or on a paragraph of it.

They are never public and never exported. A note stores the words that it is about, and
blog/review/note_places.py finds them in the current text. A reply is a note that answers another.
"""

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.base.models import NAME_LENGTH, name_of

NOTE_LENGTH = 5000
WORDS_LENGTH = 500


class NoteQuerySet(models.QuerySet):
    def open(self):
        """Return the unresolved notes, without replies."""
        return self.filter(answers=None, resolved_at=None)

    def count_open(self):
        """Return an expression with the number of open notes of the outer article."""
        rows = self.open().filter(article=OuterRef("pk")).order_by().values("article")
        return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)

    def resolve(self, by) -> int:
        """Resolve the open notes; return how many there were."""
        return self.open().update(resolved_at=timezone.now(), resolved_by_name=name_of(by))

    def reopen(self) -> int:
        """Open the resolved notes again; return how many there were."""
        return self.exclude(resolved_at=None).update(resolved_at=None, resolved_by_name="")


class Note(models.Model):
    """A note or a reply. by_name outlives the user.

    paragraph: the Markdown of the paragraph that the note was written on; "" for a note on the article.
    words: what was selected in it, as displayed; "" for the whole paragraph.
    """

    article = models.ForeignKey(
        "blog.Article", models.CASCADE, related_name="notes", verbose_name=_("article")
    )
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    text = models.TextField(_("text"), max_length=NOTE_LENGTH)
    paragraph = models.TextField(_("paragraph"), blank=True)
    words = models.CharField(_("words"), max_length=WORDS_LENGTH, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    resolved_by_name = models.CharField(_("resolved by"), max_length=NAME_LENGTH, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("note to colleagues")
        verbose_name_plural = _("notes to colleagues")
        indexes = [
            models.Index(fields=["article"], name="note_open", condition=Q(answers=None, resolved_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                name="note_reply_has_no_state",
                condition=Q(answers=None) | Q(paragraph="", words="", resolved_at=None),
            )
        ]

    def __str__(self):
        return self.text[:80]

    def save(self, *args, **kwargs):
        self.by_name = self.by_name or name_of(self.by)
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def initial(self) -> str:
        """The first letter of the name, for the margin of the proof."""
        return self.by_name[:1].upper() or "?"
