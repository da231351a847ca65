"""The answers on the screen of people: what each would do, and what the decision did."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from blog.articles.actions.models import UndoableAction
from blog.articles.actions.undo import latest_undoable
from blog.articles.models import Article
from blog.desk.articles.selection import encode_seen_versions
from blog.documents.claims.claim import ClaimKind
from blog.review.jobs import is_being_removed
from blog.review.models import ArticleCheck, Mention, Person, PersonDecision
from blog.review.people import open_marks, unsupported_mentions
from blog.review.removal import RemovalPlan, plan_removal

EXISTS = "*"  # value of the tick that the person exists
PASSAGES_SHOWN = 500
SAMPLES_SHOWN = 5
Outcome = PersonDecision.Outcome


@dataclass(frozen=True)
class LeftArticle:
    """An article that a decision left to the editor, and why."""

    article: Article
    reason: str


@dataclass(frozen=True)
class RemovalPreview:
    """The planned removal of an invented person, shown before it is confirmed."""

    removal: RemovalPlan

    @property
    def seen(self) -> str:
        return " ".join(f"{key}.{version}" for key, version in self.removal.versions.items())

    @property
    def articles(self) -> int:
        return len(self.removal.new_bodies)

    @property
    def left(self) -> list[LeftArticle]:
        return _left_by(self.removal)

    @property
    def shown(self) -> list:
        return self.removal.removable[:PASSAGES_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.removal.removable) - PASSAGES_SHOWN)

    @property
    def heading(self) -> str:
        passages, words = len(self.removal.removable), self.removal.words
        first = ngettext("%d passage", "%d passages", passages) % passages
        second = ngettext("%d word", "%d words", words) % words
        return _("What will be removed: %(passages)s, %(words)s") % {"passages": first, "words": second}

    @property
    def button(self) -> str:
        to_rewrite = len(self.removal.to_rewrite)
        if not to_rewrite:
            return ngettext("Remove from %d", "Remove from %d", self.articles) % self.articles
        values = {"articles": self.articles, "asked": to_rewrite}
        return _("Remove from %(articles)d, leave %(asked)d for me") % values


@dataclass(frozen=True)
class Claimed:
    """A description or a quotation of a person that a source may support."""

    value: str
    words: str
    articles: int

    @property
    def number_of_words(self) -> int:
        return len(self.words.split())


@dataclass(frozen=True)
class RealPreview:
    """What articles say of a person and quote, for ticks that state what a source supports.

    roles: the descriptions, most frequent first. ticked: the values of the ticks. seen: see
    encode_seen_versions().
    """

    roles: list[Claimed]
    quotations: list[Claimed]
    ticked: set[str]
    seen: str
    articles: int

    @property
    def has_one_role(self) -> bool:
        return len(self.roles) == 1

    @property
    def unticked_words(self) -> int:
        unticked = (each for each in self.quotations if each.value not in self.ticked)
        return sum(quotation.number_of_words for quotation in unticked)

    @property
    def button(self) -> str:
        message = ngettext("Save source for %d article", "Save source for %d articles", self.articles)
        return message % self.articles


@dataclass(frozen=True)
class NamePreview:
    """The marks that the answer “Not a person” would close."""

    marks: int
    articles: int
    samples: list[Mention]

    @property
    def heading(self) -> str:
        if self.marks == 1:
            return _("No text changes. 1 mark closes, and 1 approval no longer waits for it")
        message = ngettext(
            "No text changes. %(marks)d marks close, and %(articles)d approval no longer waits for them",
            "No text changes. %(marks)d marks close, and %(articles)d approvals no longer wait for them",
            self.articles,
        )
        return message % {"marks": self.marks, "articles": self.articles}


@dataclass(frozen=True)
class DecisionResult:
    """What the decision on a person did. action: it, if the user can still undo it as the latest one."""

    sentence: str
    left: list[LeftArticle]
    skipped: list[LeftArticle]
    action: UndoableAction | None
    decision: PersonDecision


def real_preview(mentions: list[Mention], ticked: set[str] | None = None) -> RealPreview:
    """Return the preview of “Real”.

    ticked: by default, the existence of the person, and the description if there is only one.
    """
    roles, quotations = {}, {}
    for mention in mentions:
        if mention.role:
            roles.setdefault(mention.role.casefold(), (mention.role, set()))[1].add(mention.article_id)
        if mention.kind == ClaimKind.QUOTATION:
            quotations.setdefault(mention.key, (mention.words, set()))[1].add(mention.article_id)
    articles = {mention.article for mention in mentions}
    if ticked is None:
        ticked = set(roles) if len(roles) == 1 else {EXISTS}
    seen = encode_seen_versions(articles)
    return RealPreview(_claimed(roles), _claimed(quotations), ticked, seen, len(articles))


def _claimed(found) -> list[Claimed]:
    claimed = [Claimed(value, words, len(articles)) for value, (words, articles) in found.items()]
    return sorted(claimed, key=lambda each: -each.articles)


def name_preview(mentions: list[Mention]) -> NamePreview:
    is_open = open_marks(mentions)
    open_mentions = [mention for mention in mentions if (mention.article_id, mention.key) in is_open]
    articles = {mention.article_id for mention in open_mentions}
    return NamePreview(len(is_open), len(articles), mentions[:SAMPLES_SHOWN])


def decision_result(user, person: Person) -> DecisionResult | None:
    """Return what the decision in force on a person did, or None without one."""
    decision = person.decisions.last() if person.decision else None
    if decision is None:
        return None
    latest = latest_undoable(user)
    row = [PersonDecision.stored_name, decision.pk]
    action = latest if latest and row in latest.appended_rows else None
    left, skipped = _left(person, decision)
    return DecisionResult(_sentence(person, action), left, skipped, action, decision)


def _sentence(person, action):
    if action:
        return action.sentence
    sentences = {
        Outcome.INVENTED: _("%(name)s is invented."),
        Outcome.REAL: _("%(name)s is real."),
        Outcome.NOT_PERSON: _("“%(name)s” is not a person."),
    }
    return sentences[person.decision] % {"name": person.name}


def _left(person, decision):
    """Return the articles left to the editor, and those that the removal skipped, as LeftArticle."""
    if decision.outcome == Outcome.NOT_PERSON or is_being_removed(person):
        return [], []
    if decision.outcome == Outcome.REAL:
        return _unsupported(person, decision), []
    rows = Article.objects.filter(pk__in=_checked(person)).only("title", "created_at", "lock_version")
    removal = plan_removal(person, [article.pk for article in rows])
    removable = [article for article in rows.order_by("title", "pk") if article.pk in removal.new_bodies]
    return _left_by(removal), [
        LeftArticle(article, _reason_skipped(article, decision)) for article in removable
    ]


def _checked(person):
    """Return the articles that name a person, but for those that a removal changed since their check."""
    checks = ArticleCheck.objects.filter(words_digest=F("article__words_digest"))
    mentions = person.mentions.filter(article__trashed_at=None, article__in=checks.values("article"))
    return mentions.order_by().values("article")


def _left_by(removal: RemovalPlan) -> list[LeftArticle]:
    return [LeftArticle(skipped.article, skipped.why) for skipped in removal.skipped]


def _unsupported(person, decision):
    checked = set(_checked(person).values_list("article", flat=True))
    mentions = unsupported_mentions(person, decision.supports)
    numbers = Counter(mention.article_id for mention in mentions if mention.article_id in checked)
    rows = Article.objects.filter(pk__in=numbers).only("title").order_by("title", "pk")
    message = ngettext_lazy("%d passage stays marked", "%d passages stay marked")
    return [LeftArticle(article, message % numbers[article.pk]) for article in rows]


def _reason_skipped(article, decision):
    if article.created_at > decision.at:
        return _("imported later")
    return _("skipped because it changed after you opened the page")
