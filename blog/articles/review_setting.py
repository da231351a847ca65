"""Apply a changed GALLEY_REQUIRE_REVIEW when the site starts."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone

from blog.articles.choices import Status
from blog.articles.models import Article
from blog.articles.withholding import ReviewRequirement, needing_approval, out


def apply_setting() -> None:
    """Update the stored state to GALLEY_REQUIRE_REVIEW. Called at each start of the site.

    Switching it on releases the articles that readers could see until then. Switching it on or off updates
    public lists. Articles stored by loaddata without is_ai_drafted or is_withheld get these values.
    """
    with transaction.atomic():
        ReviewRequirement.objects.get_or_create(pk=1, defaults={"is_on": False})
        stored = ReviewRequirement.objects.select_for_update().get(pk=1)
        is_switched = stored.is_on != settings.REQUIRE_REVIEW
        now = timezone.now()
        public = Article.objects.filter(out(now))
        if is_switched and settings.REQUIRE_REVIEW:
            public.filter(is_withheld=True).update(is_withheld=False)
        if is_switched:
            _switch_appearances(now)
        Article.objects.filter(is_by_machine=True, is_ai_drafted=False).update(is_ai_drafted=True)
        hidden = Article.objects.filter(needing_approval(), is_withheld=False).exclude(out(now))
        missed = list(hidden.values_list("pk", flat=True))
        Article.objects.set_withheld(missed)
        if is_switched:
            withheld = Article.objects.filter(is_withheld=True, status=Status.PUBLISHED)
            Article.objects.update_dependents(list(withheld.values_list("pk", flat=True)))
            stored.is_on, stored.since = settings.REQUIRE_REVIEW, now
            stored.save()


def _switch_appearances(now):
    """Drop the forecasts of withheld articles, or let them appear at the later of their date and now."""
    withheld = Article.objects.filter(is_withheld=True, status=Status.PUBLISHED)
    if settings.REQUIRE_REVIEW:
        withheld.filter(appeared_at__gt=now).update(appeared_at=None)
    else:
        withheld.filter(appeared_at=None).update(appeared_at=Greatest("published_at", Value(now)))


def apply_after_migrate(sender, using, **kwargs) -> None:
    """Call apply_setting() on post_migrate, unless a migration to an older release removed its table."""
    tables = connections[using].introspection.table_names()
    if using == DEFAULT_DB_ALIAS and ReviewRequirement._meta.db_table in tables:
        apply_setting()
