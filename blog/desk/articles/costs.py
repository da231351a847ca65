"""The question before a change of many articles that would end approvals: which articles to leave out.

It is asked before a bulk fix, the removal of a person, alt texts for many articles, and an undo.
"""

from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.undoable import UndoableAction
from blog.base.models import name_of
from blog.desk.articles.selection import TITLES_SHOWN
from blog.desk.numbers import read_numbers
from blog.documents.findings.kinds import FIX_NAMES
from blog.review.approval_costs import ChangeCost
from blog.review.bulk_fixes import BulkFix

ROWS_OPEN = 20  # of a list of articles; the others are folded
MOST_ROWS = 500  # articles in one form; those beyond are skipped unless all are chosen


# Fields that the page itself adds to the form.
ASKED = frozenset(("csrfmiddlewaretoken", "how", "listed", "skip", "confirmed", "next"))


class LeaveOut(StrEnum):
    """The choices for articles whose approvals would end."""

    SKIP = "skip"
    ALL = "all"
    CHOOSE = "choose"


def left_out(data, cost: ChangeCost) -> set[int] | None:
    """Return the keys of the articles that the form leaves out, or None if the user has not chosen yet.

    Articles that were approved after the user saw the page are always left out.
    """
    how = data.get("how", "")
    if how not in LeaveOut:
        return set() if not cost.endings else None
    changed = set() if how == LeaveOut.SKIP else set(read_numbers(data.get("listed", "").split()))
    if how == LeaveOut.CHOOSE:
        changed.difference_update(read_numbers(" ".join(data.getlist("skip")).split()))
    return cost.keys - changed


def listed(cost: ChangeCost) -> str:
    """Return the value of the hidden field with the keys of the articles that the user sees or counts."""
    return " ".join(map(str, sorted(cost.keys)))


def format_left_out(number: int) -> str:
    message = ngettext(
        "%d article was skipped and keeps its approval.",
        "%d articles were skipped and keep their approvals.",
        number,
    )
    return message % number


def cost_question(title: str, cost: ChangeCost, *, url: str, fields, public: int = 0) -> dict:
    """Return the context of the page that asks before a change.

    url: where the confirmed form is submitted. fields: its fields, as kept_fields() returns them. public:
    number of public articles.
    """
    number = cost.approvals
    return {
        "title": title,
        "url": url,
        "fields": fields,
        "cost": cost,
        "listed": listed(cost),
        "open_rows": cost.endings[:ROWS_OPEN],
        "folded_rows": cost.endings[ROWS_OPEN:MOST_ROWS],
        "unlisted": max(0, number - MOST_ROWS),
        "others": cost.articles - number,
        "public": public,
        "other_public": public - sum(ending.is_public for ending in cost.endings),
    }


def public_question(name: str, number: int, public, **context) -> dict:
    """Return the context of the page that asks before a change of articles of which some are public.

    name: of the change. number: of all its articles. public: a queryset of the public ones.
    """
    number_public = public.order_by().count()
    message = ngettext("%d of them is public.", "%d of them are public.", number_public)
    return {
        "title": ngettext("Change %d article?", "Change %d articles?", number) % number,
        "name": name,
        "shown": message % number_public,
        "titles": public.newest_first().values_list("title", flat=True)[:TITLES_SHOWN],
        "more": max(0, number_public - TITLES_SHOWN),
        "public": number_public,
        **context,
    }


def kept_fields(data) -> list[tuple[str, str]]:
    """Return the fields of a form, (name, value), for the page that asks before it is carried out."""
    return [(name, value) for name, values in data.lists() if name not in ASKED for value in values]


def fix_question(fixing: BulkFix, cost: ChangeCost, public: int, data) -> dict:
    """Return the context of the page that asks before a bulk fix. data: the submitted form."""
    title = ngettext(
        "“%(fix)s” would end %(number)d approval",
        "“%(fix)s” would end %(number)d approvals",
        cost.approvals,
    )
    title %= {"fix": _(FIX_NAMES[fixing.fix]), "number": cost.approvals}
    url = reverse("admin:blog_article_bulk_fix")
    return cost_question(title, cost, url=url, fields=kept_fields(data), public=public)


def undo_question(action: UndoableAction, cost: ChangeCost) -> dict:
    """Return the context of the window that asks before an undo."""
    number, skipped = cost.articles - cost.approvals, cost.approvals
    return {
        "title": ngettext("Undo in %d article?", "Undo in %d articles?", cost.articles) % cost.articles,
        "action": action,
        "by": name_of(action.user),
        "fields": [("number", action.pk)],
        "cost": cost,
        "listed": listed(cost),
        "rows": cost.endings[:MOST_ROWS],
        "unlisted": max(0, skipped - MOST_ROWS),
        "skip_button": _("Undo in %(number)d, skip %(skipped)d") % {"number": number, "skipped": skipped},
        "others": number,
    }
