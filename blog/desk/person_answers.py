"""The answers on the screen of people: what each would do, and what the decision did."""

import itertools
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from blog.articles.actions.undo import latest_undoable
from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.desk.articles.selection import encode_seen_versions
from blog.documents.claims.claim import ClaimKind
from blog.documents.marks import plain_words
from blog.review.models import Mention, Person, PersonDecision
from blog.review.people import open_marks, removal_jobs, unsupported_mentions
from blog.review.removal import RemovalPlan, RemovedPassage, plan_removal

EXISTS = "*"  # value of the tick that the person exists
SKIPPED = ("title", "created_at", "words_digest", "reviewed_digest")  # fields of articles that were skipped
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
    def approved(self) -> int:
        """The number of approvals that the bulk removal would end."""
        return Article.objects.reviewed().filter(pk__in=self.removal.new_bodies).count()

    @property
    def left(self) -> list[LeftArticle]:
        return _left_by(self.removal)

    @property
    def shown(self) -> list[tuple[RemovedPassage, str, str, str]]:
        """The passages, with the text of the line before, the removed text, and the line after it."""
        return [
            (
                passage,
                plain_words(passage.before.rpartition("\n")[2]),
                plain_words(passage.taken),
                plain_words(passage.after.partition("\n")[0]),
            )
            for passage in self.removal.removable[:PASSAGES_SHOWN]
        ]

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
            text = ngettext("Remove from %d article", "Remove from %d articles", self.articles)
            return text % self.articles
        values = {"articles": self.articles, "asked": to_rewrite}
        return _("Remove from %(articles)d, leave %(asked)d for me") % values


@dataclass
class Supportable:
    """A statement that a source may support: that a person exists, a description, or a quotation.

    value: the value of its checkbox. mentions: the mentions to remove if the checkbox is not ticked.
    """

    value: str
    words: str = ""
    articles: set[int] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    is_ticked: bool = False

    @property
    def number_of_words(self) -> int:
        return sum(len(mention.words.split()) for mention in self.mentions)


@dataclass(frozen=True)
class RealPreview:
    """Descriptions and quotations of a person, most frequent first. seen: see encode_seen_versions()."""

    roles: list[Supportable]
    quotations: list[Supportable]
    seen: str
    articles: int

    @property
    def has_one_role(self) -> bool:
        return len(self.roles) == 1

    @property
    def removal(self) -> str:
        """The choice to remove what is not ticked, with its size."""
        unticked = [each for each in (*self.roles, *self.quotations) if not each.is_ticked]
        words = sum(each.number_of_words for each in unticked)
        return _removal_choice(sum(len(each.mentions) for each in unticked), words)

    @property
    def removal_patterns(self) -> list[str]:
        """The choice for one passage and for several, where a script replaces # and @ by numbers."""
        return [_removal_choice(1, "@"), _removal_choice("#", "@")]

    @property
    def button(self) -> str:
        message = ngettext("Save source for %d article", "Save source for %d articles", self.articles)
        return message % self.articles


def _removal_choice(passages, words) -> str:
    message = ngettext(
        "To be removed: %(number)s passage, %(words)s words",
        "To be removed: %(number)s passages, %(words)s words",
        passages if isinstance(passages, int) else 2,
    )
    return message % {"number": passages, "words": words}


@dataclass(frozen=True)
class NamePreview:
    """The marks that the answer “Not a person” would close."""

    marks: int
    articles: int
    samples: list[tuple[str, str]]  # (title, words)

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
    """The effects of the decision on a person. action: to undo it, if it is the user's latest action."""

    sentence: str
    left: list[LeftArticle]
    skipped: list[LeftArticle]
    action: UndoableAction | None
    decision: PersonDecision


def real_preview(mentions: list[Mention], ticked: set[str] | None = None) -> RealPreview:
    """Return the preview of “Real”.

    ticked: values of ticks, by default the existence of the person, or the description if there is only one.
    """
    exists = Supportable(EXISTS)
    roles, quotations = {}, {}
    for mention in mentions:
        role = mention.role.casefold()
        described = roles.setdefault(role, Supportable(role, mention.role)) if role else exists
        described.articles.add(mention.article_id)
        if mention.kind == ClaimKind.QUOTATION:
            words = plain_words(mention.words)
            quoted = quotations.setdefault(mention.key, Supportable(mention.key, words))
            quoted.articles.add(mention.article_id)
            quoted.mentions.append(mention)
        else:
            described.mentions.append(mention)
    if len(roles) == 1:
        (only,) = roles.values()
        only.mentions += exists.mentions
    shown = [
        _by_frequency(roles) if len(roles) == 1 else [exists, *_by_frequency(roles)],
        _by_frequency(quotations),
    ]
    preset = {EXISTS} if len(roles) != 1 else set(roles)
    for each in itertools.chain(*shown):
        each.is_ticked = each.value in (preset if ticked is None else ticked)
    articles = {mention.article for mention in mentions}
    return RealPreview(*shown, encode_seen_versions(articles), len(articles))


def _by_frequency(found):
    return sorted(found.values(), key=lambda each: -len(each.articles))


def name_preview(mentions: list[Mention]) -> NamePreview:
    is_open = open_marks(mentions)
    open_mentions = [mention for mention in mentions if (mention.article_id, mention.key) in is_open]
    articles = {mention.article_id for mention in open_mentions}
    samples = [(mention.article.title, plain_words(mention.words)) for mention in mentions[:SAMPLES_SHOWN]]
    return NamePreview(len(is_open), len(articles), samples)


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
    if decision.outcome == Outcome.NOT_PERSON or removal_jobs(person).exists():
        return [], []
    if decision.outcome == Outcome.REAL:
        return _unsupported(person, decision), []
    removal = plan_removal(person)
    rows = Article.objects.filter(pk__in=removal.new_bodies).only(*SKIPPED).order_by("title", "pk")
    return _left_by(removal), [LeftArticle(article, _reason_skipped(article, decision)) for article in rows]


def _left_by(removal: RemovalPlan) -> list[LeftArticle]:
    """Return the articles to rewrite, without those that lack the person but have not been checked since."""
    return [
        LeftArticle(skipped.article, skipped.why) for skipped in removal.skipped if skipped.removal.removed
    ]


def _unsupported(person, decision):
    mentions = unsupported_mentions(person, decision.supports)
    named = Article.objects.filter(pk__in={mention.article_id for mention in mentions})
    bodies = dict(named.values_list("pk", "body"))
    numbers = Counter(
        mention.article_id
        for mention in mentions
        if bodies[mention.article_id][mention.start : mention.end] == mention.words
    )
    rows = Article.objects.filter(pk__in=numbers).only("title").order_by("title", "pk")
    message = ngettext_lazy("%d passage stays marked", "%d passages stay marked")
    return [LeftArticle(article, message % numbers[article.pk]) for article in rows]


def _reason_skipped(article, decision):
    if article.created_at > decision.at:
        return _("imported later")
    if article.is_reviewed:
        return _("skipped and keeps its approval")
    return _("skipped because it changed after you opened the page")
