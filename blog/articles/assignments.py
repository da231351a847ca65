"""Assignments: who is to work on an article. Each row replaces the one before, and the newest counts.

They restrict nothing: an assigned article stays in everybody's list. Assignments to a deleted user end.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from blog.base.models import NAME_LENGTH, PERMISSION_BACKEND, AppendOnlyQuerySet, UserDecision, name_of


class AssignmentQuerySet(AppendOnlyQuerySet):
    def newest(self):
        """Return the newest row of each article, which may assign it to nobody."""
        return self.filter(replaced_by=None)

    def current(self):
        """Return the assignments in force, at most one per article."""
        return self.newest().filter(to__isnull=False)

    def name_on_article(self):
        """Return an expression with the name of the person that the outer article is assigned to, or NULL."""
        return Subquery(self.current().filter(article=OuterRef("pk")).order_by().values("to_name")[:1])


class Assignment(UserDecision):
    """The assignment of an article to a person, or to nobody. to_name outlives the user."""

    stored_name = "Assignment"

    article = models.ForeignKey(
        "blog.Article", models.CASCADE, related_name="assignments", verbose_name=_("article")
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="assignments",
        verbose_name=_("assigned to"),
    )
    to_name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    replaces = models.OneToOneField("self", models.CASCADE, null=True, related_name="replaced_by")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=Q(replaces=None), name="assignment_one_first"
            )
        ]

    def __str__(self):
        return f"{self.article_id}: {self.to_name}"

    @classmethod
    def build(cls, article, to, by, replaces=None) -> "Assignment":
        """Return an unsaved assignment of an article. to: None for nobody."""
        return cls(article=article, to=to, to_name=name_of(to), by=by, by_name=name_of(by), replaces=replaces)


def assignable_people():
    """Return the active users who may view articles in the admin, by name."""
    users = get_user_model().objects.with_perm("blog.view_article", backend=PERMISSION_BACKEND)
    return users.filter(is_staff=True).order_by("first_name", "last_name", "username")
