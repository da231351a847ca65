"""Recent activity on the dashboard: the newest acts, each with its undo where that is still possible."""

from datetime import timedelta

from django.urls import reverse

from blog.articles.actions.undo import latest_undoable
from blog.articles.undoable import UndoableAction
from blog.desk.activity import Act, Activity
from blog.imports.models import ImportRun

ACTS_SHOWN = 8
ENTRIES_SCANNED = 1000  # to find ACTS_SHOWN acts
BULK_FIXES_SCANNED = 20
LOGGED_WITHIN = timedelta(minutes=2)  # after the beginning of an action


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
        if runs and user.has_perm("blog.undo_importbatch"):
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
            return {"undo_url": reverse("admin:blog_article_undo_bulk_fix"), "number": fix.pk}
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
