"""The answers on the screen of people: what each would do, and what the decision did."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from blog.articles.actions.undo import latest_undoable
from blog.articles.models import Article
from blog.desk.articles.selection import encode_seen_versions
from blog.documents.claims.values import ClaimKind
from blog.documents.marks import plain_words
from blog.review.models import Mention, Person, PersonDecision
from blog.review.people import open_marks, removal_jobs, unsupported_mentions
from blog.review.removal import RemovalPlan, plan_removal

EXISTS = "*"  # value of the tick that the person exists
SKIPPED = ("title", "created_at", "words_digest", "reviewed_digest")  # fields of articles that were skipped
PASSAGES_SHOWN = 500
SAMPLES_SHOWN = 5
Outcome = PersonDecision.Outcome


def removal_preview(removal: RemovalPlan) -> dict:
    """Return all passages about an invented person. Those that can be removed in bulk are ticked.

    approved: how many approvals the removal of the ticked ones would end.
    """
    passages, words = len(removal.removable), removal.words
    return {
        "seen": " ".join(f"{key}.{version}" for key, version in removal.versions.items()),
        "approved": Article.objects.reviewed().filter(pk__in=removal.new_bodies).count(),
        "shown": list(map(_passage, removal.passages[:PASSAGES_SHOWN])),
        "more": len(removal.removable) - sum(each.is_removable for each in removal.passages[:PASSAGES_SHOWN]),
        "is_possible": any(passage.removal.is_possible for passage in removal.passages),
        "removal": _removal_choice(passages, words),
        "removal_patterns": [_removal_choice(1, "@"), _removal_choice("#", "@")],
    }


def _passage(passage):
    """Return a passage with the text of the line before, the removed text, and the line after it."""
    before, after = passage.before.rpartition("\n")[2], passage.after.partition("\n")[0]
    return passage, *map(plain_words, (before, passage.taken, after))


def _supportable(value: str, words: str = "") -> dict:
    """Return a statement that a source may support: that a person exists, a description, or a quotation.

    value: the value of its checkbox. mentions: the mentions to remove if the checkbox is not ticked.
    """
    return {"value": value, "words": words, "articles": set(), "mentions": []}


def _removal_choice(passages, words) -> str:
    message = ngettext(
        "To be removed: %(number)s passage, %(words)s words",
        "To be removed: %(number)s passages, %(words)s words",
        passages if isinstance(passages, int) else 2,
    )
    return message % {"number": passages, "words": words}


def real_preview(mentions: list[Mention], ticked: set[str] | None = None) -> dict:
    """Return the preview of “Real”: descriptions and quotations, most frequent first.

    removal: the choice to remove what is not ticked, with its size. removal_patterns: the choice for one
    passage and for several, where a script replaces # and @ by numbers.

    ticked: values of ticks, by default the existence of the person, or the description if there is only one.
    """
    exists = _supportable(EXISTS)
    roles, quotations = {}, {}
    for mention in mentions:
        role = mention.role.casefold()
        described = roles.setdefault(role, _supportable(role, mention.role)) if role else exists
        described["articles"].add(mention.article_id)
        if mention.kind == ClaimKind.QUOTATION:
            words = plain_words(mention.words)
            quoted = quotations.setdefault(mention.key, _supportable(mention.key, words))
            quoted["articles"].add(mention.article_id)
            quoted["mentions"].append(mention)
        else:
            described["mentions"].append(mention)
    if len(roles) == 1:
        (only,) = roles.values()
        only["mentions"] += exists["mentions"]
    preset = {EXISTS} if len(roles) != 1 else set(roles)
    roles = _by_frequency(roles) if len(roles) == 1 else [exists, *_by_frequency(roles)]
    quotations = _by_frequency(quotations)
    for each in (*roles, *quotations):
        each["is_ticked"] = each["value"] in (preset if ticked is None else ticked)
        each["number_of_words"] = sum(len(mention.words.split()) for mention in each["mentions"])
    unticked = [each for each in (*roles, *quotations) if not each["is_ticked"]]
    articles = {mention.article for mention in mentions}
    button = ngettext("Save source for %d article", "Save source for %d articles", len(articles))
    return {
        "roles": roles,
        "quotations": quotations,
        "seen": encode_seen_versions(articles),
        "has_one_role": len(roles) == 1,
        "removal": _removal_choice(
            sum(len(each["mentions"]) for each in unticked), sum(each["number_of_words"] for each in unticked)
        ),
        "removal_patterns": [_removal_choice(1, "@"), _removal_choice("#", "@")],
        "button": button % len(articles),
    }


def _by_frequency(supportables):
    return sorted(supportables.values(), key=lambda each: -len(each["articles"]))


def name_preview(mentions: list[Mention]) -> dict:
    """Return the marks that the answer “Not a person” would close. samples: (title, words)."""
    is_open = open_marks(mentions)
    open_mentions = [mention for mention in mentions if (mention.article_id, mention.key) in is_open]
    samples = [(mention.article.title, plain_words(mention.words)) for mention in mentions[:SAMPLES_SHOWN]]
    articles = len({mention.article_id for mention in open_mentions})
    heading = _("No text changes. 1 mark closes, and 1 approval no longer waits for it")
    if len(is_open) != 1:
        message = ngettext(
            "No text changes. %(marks)d marks close, and %(articles)d approval no longer waits for them",
            "No text changes. %(marks)d marks close, and %(articles)d approvals no longer wait for them",
            articles,
        )
        heading = message % {"marks": len(is_open), "articles": articles}
    return {"heading": heading, "samples": samples}


def decision_result(user, person: Person) -> dict | None:
    """Return what the decision in force on a person did, or None without one.

    action: to undo it, if it is the user's latest action.
    """
    decision = person.decisions.last() if person.decision else None
    if decision is None:
        return None
    latest = latest_undoable(user)
    row = [PersonDecision.stored_name, decision.pk]
    action = latest if latest and row in latest.appended_rows else None
    left, skipped = _left(person, decision)
    sentence = action.sentence if action else _sentence(person)
    return {"sentence": sentence, "left": left, "skipped": skipped, "action": action, "decision": decision}


def _sentence(person):
    sentences = {
        Outcome.INVENTED: _("%(name)s is invented."),
        Outcome.REAL: _("%(name)s is real."),
        Outcome.NOT_PERSON: _("“%(name)s” is not a person."),
    }
    return sentences[person.decision] % {"name": person.name}


def _left(person, decision):
    """Return the articles left to the editor, and those that the removal skipped, each with the reason."""
    if decision.outcome == Outcome.NOT_PERSON or removal_jobs(person).exists():
        return [], []
    if decision.outcome == Outcome.REAL:
        return _unsupported(person, decision), []
    removal = plan_removal(person)
    rows = Article.objects.filter(pk__in=removal.new_bodies).only(*SKIPPED).order_by("title", "pk")
    skipped = [{"article": article, "reason": _reason_skipped(article, decision)} for article in rows]
    return _left_by(removal), skipped


def _left_by(removal: RemovalPlan) -> list[dict]:
    """Return the articles to rewrite, without those that lack the person but have not been checked since."""
    return [
        {"article": article, "reason": skipped.why} for article, skipped in removal.skipped if skipped.removed
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
    return [{"article": article, "reason": message % numbers[article.pk]} for article in rows]


def _reason_skipped(article, decision):
    if article.created_at > decision.at:
        return _("imported later")
    if article.is_reviewed:
        return _("skipped and keeps its approval")
    return _("skipped because it changed after you opened the page")
