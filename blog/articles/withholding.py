"""Who sees an article, and withheld articles: written by AI, not approved, and not yet seen by readers.

Each rule is a property of an article and, with the same result, the condition of a query.

While GALLEY_REQUIRE_REVIEW is on, readers never see a withheld article, whatever its status and date.
Article.is_withheld stores this, and is kept up to date whether the setting is on or off. The rule applies
only to the step from hidden to visible:

- An AI-written article without an approval of its current content is withheld,
- unless readers could see it before the change and still can: then it stays public, with the AI label.
- Only an approval, or a decision that people wrote the article, releases it. A file that no longer names
  its generator does not: is_ai_drafted remembers that AI wrote the article.

Article.save() and bulk_create() apply the rule with judge(), ArticleQuerySet.update() with
judged_in_sql(), which bulk_update() uses, too. Both are the same rule, in Python and in SQL.

apply_setting() in review_setting.py runs when the site starts. If the setting was off until then, it releases
the articles that readers can see, once.
"""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Now
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils import timezone

from blog.articles.choices import ReviewState, Status
from blog.articles.provenance import Provenance

# The fields on which the rule depends.
JUDGED_FIELDS = {
    *("status", "published_at", "words_digest", "reviewed_digest", "provenance", "generated_by"),
}


class WithheldModel(models.Model):
    """The base of Article with the fields that judge() sets, and properties for its visibility."""

    # Whether AI wrote the article at some time, and no later decision says that people did.
    is_ai_drafted = models.BooleanField(editable=False, default=False)
    is_withheld = models.BooleanField(editable=False, default=False)
    # Since when readers can find the article: its date, or the approval that released it later. A moment in
    # the future is a forecast. Null if it has not appeared. Kept when it is hidden again.
    appeared_at = models.DateTimeField(null=True, editable=False)

    APPEARED_INDEX = models.Index(fields=["appeared_at"], name="article_appeared")

    # The only index that public lists use while approvals are required.
    RELEASED_INDEX = models.Index(
        fields=["status", "-published_at", "-id"],
        name="article_newest_released",
        condition=Q(is_withheld=False),
    )
    # The articles to release or to hide at the start of a site: few, unless the setting is off.
    WITHHELD_INDEX = models.Index(
        fields=["status", "published_at"], name="article_withheld", condition=Q(is_withheld=True)
    )

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        """Whether readers may see this article now."""
        return is_out(self, timezone.now()) and not self.is_hidden_until_approved

    @property
    def has_passed_publication_date(self) -> bool:
        """Whether the publication date has passed. If so, readers may already know the URL."""
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def is_dated_in_future(self) -> bool:
        """Whether the date is in the future. With status published, the article is scheduled."""
        return self.published_at is not None and self.published_at > timezone.now()

    @property
    def is_scheduled(self) -> bool:
        """Whether the article is to appear later, withheld or not."""
        return self.status == Status.PUBLISHED and self.is_dated_in_future

    @property
    def is_hidden_until_approved(self) -> bool:
        """Whether the article is published or scheduled, but hidden from readers until it is approved."""
        return settings.REQUIRE_REVIEW and self.is_withheld and self.status == Status.PUBLISHED

    @property
    def listing_date(self):
        """The listed_at of the article's links and keywords: the date of a published article, else None."""
        is_listed = self.status == Status.PUBLISHED and not self.is_hidden_until_approved
        return self.published_at if is_listed else None

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody has approved exactly this content."""
        return self.words_digest != "" and self.reviewed_digest == self.words_digest

    @property
    def needs_approval(self) -> bool:
        """Whether AI wrote the article, as far as is known, and nobody has approved its current content."""
        is_by_ai = bool(self.machine_name) or self.is_ai_drafted
        return is_by_ai and self.provenance != Provenance.PEOPLE and not self.is_reviewed

    @property
    def lacks_review(self) -> bool:
        """Whether publishing is blocked because the article needs an approval, where these are required."""
        return settings.REQUIRE_REVIEW and self.needs_approval


def is_out(article, now) -> bool:
    """Whether the article is published and its date has passed: readers see it, unless it is withheld."""
    has_date = article.published_at is not None  # false in an invalid form
    return article.status == Status.PUBLISHED and has_date and article.published_at <= now


def out(now) -> Q:
    """Return the condition of is_out()."""
    return Q(status=Status.PUBLISHED, published_at__lte=now)


def scheduled(now) -> Q:
    """Return the condition of Article.is_scheduled."""
    return Q(status=Status.PUBLISHED, published_at__gt=now)


def visible(now) -> Q:
    """Return the condition of Article.is_published."""
    return released() & out(now)


def listed(prefix: str = "") -> Q:
    """Return the condition for articles with a listing_date. prefix: see released()."""
    return Q(**{f"{prefix}status": Status.PUBLISHED}) & released(prefix)


def released(prefix: str = "") -> Q:
    """Return the condition for articles that are not withheld, while approvals are required.

    prefix: the path to the article, such as article__, in a query of other rows.
    """
    return Q(**{f"{prefix}is_withheld": False}) if settings.REQUIRE_REVIEW else Q()


def hidden_until_approved() -> Q:
    """Return the condition of Article.is_hidden_until_approved."""
    return Q(status=Status.PUBLISHED, is_withheld=True) if settings.REQUIRE_REVIEW else Q(pk=None)


def lacking_review() -> Q:
    """Return the condition of Article.lacks_review."""
    return needing_approval() if settings.REQUIRE_REVIEW else Q(pk=None)


def needing_approval() -> Q:
    """Return the condition of Article.needs_approval."""
    return Q(is_ai_drafted=True) & ~Q(review_state=ReviewState.VALID)


def judge(article, before=None) -> None:
    """Set is_ai_drafted and is_withheld of an article that is about to be saved.

    before: its stored row, or None if it is new.
    """
    now = timezone.now()
    by_ai = article.provenance == Provenance.MACHINE or article.generated_by != ""
    was_ai_drafted = before is not None and before.is_ai_drafted
    article.is_ai_drafted = article.provenance != Provenance.PEOPLE and (was_ai_drafted or by_ai)
    was_visible = before is not None and not before.is_withheld and is_out(before, now)
    stays_public = was_visible and is_out(article, now)
    article.is_withheld = article.is_ai_drafted and not (article.is_reviewed or stays_public)
    article.appeared_at = _appearance(article, before, now)


def _appearance(article, before, now):
    """Return the appeared_at of an article that judge() has judged; before: its stored row, or None."""
    known = before and before.appeared_at
    fact = known if known and known <= now else None
    if article.listing_date is None:
        return fact
    if fact and article.published_at <= fact:
        return fact
    was_held_back = before is not None and before.is_hidden_until_approved
    return max(article.published_at, now) if was_held_back else article.published_at


def judged_in_sql(values: dict, field_of) -> dict[str, Case]:
    """Return {field: SQL expression} to add to an update with these values: the same rule as judge().

    In an UPDATE, expressions read the old values of columns. field_of: a function that returns a model field
    by name.
    """
    now = timezone.now()

    def after(name):
        value = values.get(name, F(name))
        is_expression = hasattr(value, "resolve_expression")
        return value if is_expression else Value(value, output_field=field_of(name))

    was_visible = out(now) & Q(is_withheld=False)
    stays_out = Q(Exact(after("status"), Value(Status.PUBLISHED.value))) & Q(
        LessThanOrEqual(after("published_at"), Value(now, output_field=models.DateTimeField()))
    )
    is_reviewed = Q(Exact(after("reviewed_digest"), after("words_digest"))) & ~Q(
        Exact(after("reviewed_digest"), Value(""))
    )
    by_people = Q(Exact(after("provenance"), Value(Provenance.PEOPLE.value)))
    by_ai = (
        Q(is_ai_drafted=True)
        | Q(Exact(after("provenance"), Value(Provenance.MACHINE.value)))
        | ~Q(Exact(after("generated_by"), Value("")))
    )
    is_released = is_reviewed | by_people | (was_visible & stays_out)
    withheld = ~is_released & by_ai
    is_listed = Q(Exact(after("status"), Value(Status.PUBLISHED.value)))
    if settings.REQUIRE_REVIEW:
        is_listed &= ~withheld
    moment = Value(now, output_field=models.DateTimeField())
    is_fact = Q(appeared_at__lte=now)
    return {
        "appeared_at": Case(
            When(~is_listed & is_fact, then=F("appeared_at")),
            When(~is_listed, then=Value(None, output_field=models.DateTimeField())),
            When(
                is_fact & Q(LessThanOrEqual(after("published_at"), F("appeared_at"))), then=F("appeared_at")
            ),
            When(hidden_until_approved(), then=Greatest(after("published_at"), moment)),
            default=after("published_at"),
        ),
        "is_ai_drafted": Case(When(~by_people & by_ai, then=Value(True)), default=Value(False)),
        "is_withheld": Case(When(~is_released & by_ai, then=Value(True)), default=Value(False)),
    }


class ReviewRequirement(models.Model):
    """Whether approvals were required when the site last started. It has one row at most."""

    is_on = models.BooleanField()
    since = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"required: {self.is_on}"
