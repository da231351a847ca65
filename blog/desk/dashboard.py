"""The contents of the dashboard: article counts, decisions that apply to many, the newest imports and acts.

Writers get their own articles: their state and notes, and what others changed since.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.undo import latest_undoable
from blog.articles.assignments import Assignment
from blog.articles.authors import Author
from blog.articles.links import ArticleAuthor
from blog.articles.models import Article
from blog.articles.notes import Note
from blog.articles.queue import QueueState
from blog.articles.submissions import Submission
from blog.articles.undoable import UndoableAction
from blog.articles.versions.models import Version
from blog.desk.activity import Act, Activity
from blog.desk.articles.list import scope_of_batch
from blog.desk.imports.list import ImportRow, import_rows
from blog.documents.findings.kinds import KINDS
from blog.imports.articles import IMPORTED
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun
from blog.review.marks import without_marks
from blog.review.models import Person
from blog.review.people import people_by_articles
from blog.review.shared_findings import import_with_image_findings, most_shared

IMPORTS_SHOWN = 3
SHARED_SHOWN = 3
PEOPLE_SHOWN = 2
FEWEST_ARTICLES = 2  # of a person on the dashboard
ARTICLES_SHOWN = 12
ACTS_SHOWN = 8
ENTRIES_SCANNED = 1000  # to find ACTS_SHOWN acts
BULK_FIXES_SCANNED = 20
LOGGED_WITHIN = timedelta(minutes=2)  # after the beginning of an action


def own_articles(user) -> list[dict]:
    """Return the user's unpublished articles: those that wait for the user first, then the last changed.

    These are the articles that the user saved, is an author of, or is assigned to. Takes six queries.
    answer: the Editor's return of the article, if that is the last step. changes: what others did to it after
    the user's last version, with the URL of the comparison.
    """
    keys = list(_in_order(user).values_list("pk", flat=True)[:ARTICLES_SHOWN])
    articles = Article.objects.with_queue_relations().in_bulk(keys)
    answers = _answers(keys)
    changes = _changes_of_others(keys, user)
    assigned = set(_assigned(user).filter(article__in=keys).values_list("article", flat=True))
    return [
        {
            "article": article,
            "answer": answers.get(key),
            "changes": changes.get(key),
            "is_assigned": key in assigned,
        }
        for key in keys
        if (article := articles.get(key))
    ]


def _in_order(user):
    """Return the articles; those with open notes, a return or an assignment first, unless submitted."""
    saved = Version.objects.filter(by=user).order_by().values("article")
    signed = ArticleAuthor.objects.filter(author__user=user).order_by().values("article")
    assigned = _assigned(user)
    articles = Article.objects.in_use().filter(status=Article.Status.NEW)
    articles = articles.filter(Q(pk__in=saved) | Q(pk__in=signed) | Q(pk__in=assigned.values("article")))
    here = {"article": OuterRef("pk")}
    returned = Submission.objects.filter(**here, kind=Submission.Kind.RETURNED)
    waits = Exists(Note.objects.open().filter(**here)) | Exists(returned) | Exists(assigned.filter(**here))
    place = Case(
        When(Exists(Submission.objects.waiting().filter(**here)), then=Value(2)),
        When(waits, then=Value(0)),
        default=Value(1),
    )
    return articles.order_by(place, "-updated_at", "-pk")


def _assigned(user):
    return Assignment.objects.current().filter(to=user).order_by()


def _answers(keys) -> dict[int, Submission]:
    """Return {article: the return that is its last step}."""
    rows = Submission.objects.filter(article__in=keys).select_related("by").order_by("pk")
    latest = {row.article_id: row for row in rows}
    return {key: row for key, row in latest.items() if row.kind == Submission.Kind.RETURNED}


def _changes_of_others(keys, user) -> dict[int, dict]:
    """Return what others changed in these articles after the user's last version of each."""
    versions = Version.objects.filter(article__in=keys).order_by()
    own = dict(versions.filter(by=user).values_list("article").annotate(Max("number")))
    later = versions.filter(article__in=own).only("article", "number", "by_name", "action", "created_at")
    by_article = defaultdict(list)
    for version in later.order_by("number"):
        if version.number > own[version.article_id]:
            by_article[version.article_id].append(version)
    return {key: _changes(key, own[key], found) for key, found in by_article.items()}


def _changes(key, own: int, versions: list[Version]) -> dict:
    query = {"version": versions[-1].number, "against": own}
    return {
        "names": _listed(version.by_name for version in versions),
        "acts": _listed(version.get_action_display() for version in versions),
        "at": versions[-1].created_at,
        "url": reverse("admin:blog_article_history", args=[key], query=query),
    }


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))


def dashboard_counts(user, now: datetime, *, decides: bool) -> dict:
    """Count the articles, by what they wait for. decides: whether the user may decide on held updates.

    unmarked: those to review without marks. mine: those assigned to the user.
    """
    articles = Article.objects.in_use().order_by()
    # Not from in_use(): published() leaves out the trash anyway, and an index has all columns that it reads.
    published = Article.objects.published(now).order_by()
    waiting = HeldUpdate.objects.waiting().order_by()
    is_out = Q(article__status=Article.Status.PUBLISHED)
    held = waiting.aggregate(updates=Count("pk", filter=is_out), conflicts=Count("pk", filter=~is_out))
    tally = {
        "queue": Article.objects.count_queue(now),
        "unmarked": without_marks(Article.objects.in_queue(QueueState.CHECK, now)).count(),
        "mine": articles.assigned_to(user).count(),
        "submitted": articles.submitted().count(),
        "scheduled": articles.scheduled(now).count(),
        "published_this_week": published.filter(published_at__gt=now - timedelta(days=7)).count(),
        "updates": held["updates"] if decides else None,
        "conflicts": held["conflicts"] if decides else None,
    }
    return tally | {"idle": describe_idle(tally)}


def describe_idle(tally: dict) -> str:
    """Return one sentence on what is not waiting, so that no count of the dashboard is zero."""
    names = {"updates": _("held"), "conflicts": _("in conflict"), "scheduled": _("scheduled")}
    idle = [name for key, name in names.items() if tally[key] == 0]
    return _("Nothing is %s.") % get_text_list(idle, _("or")) if idle else ""


def shared_findings() -> list[dict]:
    """Return the open findings in images of the largest import, then those that most articles share.

    The findings of an import are one line. number: how many of its articles have the most frequent finding.
    kinds: how many findings they are.
    """
    rows, images = most_shared(SHARED_SHOWN), import_with_image_findings()
    rows = list({row["batch"]: row for row in reversed(rows)}.values())[::-1]
    runs = ImportRun.objects.in_bulk({row["batch"] for row in rows} | ({images[0]} if images else set()))
    found = [
        {
            "number": row["number"],
            "kinds": row["kinds"],
            "name": _(KINDS[row["kind"]].name),
            "run": runs[row["batch"]],
            "url": reverse("admin:blog_importrun_change", args=[row["batch"]]) + "#shared",
            "is_of_images": False,
        }
        for row in rows
    ]
    if images:
        key, number = images
        of_images = {
            "number": number,
            "kinds": 1,
            "name": ngettext("article with images to look at", "articles with images to look at", number),
            "run": runs[key],
            "url": reverse("admin:blog_article_describe", query={"scope": scope_of_batch(runs[key])}),
            "is_of_images": True,
        }
        found.insert(0, of_images)
    return found


def people_in_most_articles() -> list[Person]:
    """Return the undecided people named in the most articles, with their number of articles."""
    return list(people_by_articles().filter(articles__gte=FEWEST_ARTICLES)[:PEOPLE_SHOWN])


def proposed_authors() -> list[Author]:
    """Return the authors with a proposed change, the one that waits longest first."""
    waiting = Author.objects.filter(proposal__isnull=False).order_by("proposal__proposed_at")
    return list(waiting[:PEOPLE_SHOWN])


def newest_imports(user) -> list[ImportRow]:
    """Return the newest imports with articles, as in the list of imports."""
    imported = ImportEntry.objects.filter(article__isnull=False, outcome__in=IMPORTED)
    newest = ImportRun.objects.filter(pk__in=imported.values("batch"), undone_at=None)[:IMPORTS_SHOWN]
    return import_rows(newest, user)


def recent_acts(request, site) -> list[dict]:
    """Return the newest acts that the user may see, each with the URL to undo it, or "".

    number: the primary key of the action, to post to the URL; 0 if the URL is a page that asks first.
    versions_url: the history of the article, if the act saved only this one.
    """
    activity = Activity(site, request)
    if not activity.is_allowed:
        return []
    acts, _number = activity.acts(activity.keys(), 0, ACTS_SHOWN, ENTRIES_SCANNED)
    undo = _Undo(request.user, acts)
    rows = ({"act": act, "undo_url": "", "number": 0, "versions_url": _versions_url(act)} for act in acts)
    return [row | undo.of(row["act"]) for row in rows]


def _versions_url(act) -> str:
    is_saves = act.first.is_article and act.first.kind == "changed" and act.times
    return reverse("admin:blog_article_history", args=[act.first.number]) if is_saves else ""


class _Undo:
    """The actions and imports that this user can still undo."""

    def __init__(self, user, acts: list[Act]):
        self.latest, self.fixes, self.imports = None, [], set()
        if user.has_perm("blog.publish_article"):
            self.latest = latest_undoable(user)
            fixes = UndoableAction.objects.bulk_fixes().select_related("job").defer("previous_content")
            self.fixes = list(fixes[:BULK_FIXES_SCANNED])
        runs = [act.first.number for act in acts if act.first.kind == "imported"]
        if runs and user.has_perm("blog.undo_importrun"):
            self.imports = set(
                ImportRun.objects.filter(pk__in=runs, undone_at=None).values_list("pk", flat=True)
            )

    def of(self, act: Act) -> dict:
        """Return the URL and the number of the action to post. An act of several is undone one by one."""
        if act.first.kind == "imported":
            run = int(act.first.number)
            return (
                {"undo_url": reverse("admin:blog_importrun_undo", args=[run])} if run in self.imports else {}
            )
        fix = next((fix for fix in self.fixes if _is_of(fix, act)), None)
        if fix:
            return {"undo_url": reverse("admin:blog_article_undo"), "number": fix.pk}
        if self.latest and _is_of(self.latest, act):
            is_whole = len(act.entries) <= len(self.latest.articles)
            number = self.latest.pk if is_whole else 0
            return {"undo_url": reverse("admin:blog_article_undo"), "number": number}
        return {}


def _is_of(action, act) -> bool:
    """Whether the newest entry of an act is of this action."""
    entry = act.first
    is_near = timedelta(0) <= entry.at - action.done_at <= LOGGED_WITHIN
    return entry.is_article and entry.person == action.user and is_near and entry.number in action.articles
