"""GALLEY_REQUIRE_REVIEW is switched on or off: the start of the site with another value than before."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from blog.articles.choices import Status
from blog.articles.models import Article
from blog.articles.withholding import ReviewRequirement, needing_approval


def apply_setting() -> None:
    """Bring stored state in line with GALLEY_REQUIRE_REVIEW. Each start of the site calls this.

    Switching it on releases what readers could see until then. A switch in either direction updates the lists
    of readers. Articles that loaddata has stored without is_ai_drafted or is_withheld get them.
    """
    with transaction.atomic():
        ReviewRequirement.objects.get_or_create(pk=1, defaults={"is_on": False})
        stored = ReviewRequirement.objects.select_for_update().get(pk=1)
        is_switched = stored.is_on != settings.REQUIRE_REVIEW
        now = timezone.now()
        out = Article.objects.filter(status=Status.PUBLISHED, published_at__lte=now)
        if is_switched and settings.REQUIRE_REVIEW:
            out.filter(is_withheld=True).update(is_withheld=False)
        Article.objects.filter(is_by_machine=True, is_ai_drafted=False).update(is_ai_drafted=True)
        hidden = Article.objects.filter(needing_approval(), is_withheld=False).exclude(
            status=Status.PUBLISHED, published_at__lte=now
        )
        missed = list(hidden.values_list("pk", flat=True))
        Article.objects.set_withheld(missed)
        if is_switched:
            withheld = Article.objects.filter(is_withheld=True, status=Status.PUBLISHED)
            Article.objects.update_dependents(list(withheld.values_list("pk", flat=True)))
            stored.is_on, stored.since = settings.REQUIRE_REVIEW, now
            stored.save()


def apply_after_migrate(sender, using, **kwargs) -> None:
    """Receive post_migrate. A site that was migrated back to an older release has no table for it."""
    tables = connections[using].introspection.table_names()
    if using == DEFAULT_DB_ALIAS and ReviewRequirement._meta.db_table in tables:
        apply_setting()
