"""The screen of people: one decision on a person applies to all articles."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from blog.articles.models import EmptyArticleError
from blog.desk.articles.costs import cost_question, format_left_out, kept_fields, left_out
from blog.desk.articles.selection import decode_seen_versions
from blog.desk.base import TOAST
from blog.desk.numbers import read_number
from blog.desk.person_answers import (
    EXISTS,
    decision_result,
    name_preview,
    real_preview,
    removal_preview,
)
from blog.review.approval_costs import ChangeCost, removal_cost
from blog.review.models import Mention, Person, PersonDecision
from blog.review.people import (
    MAX_ARTICLES_PER_REQUEST,
    DecisionError,
    decided_people,
    mark_invented,
    mark_not_a_person,
    mark_real,
    people_to_decide,
    person_summary,
    reopen,
    totals_to_decide,
    unsupported_mentions,
)
from blog.review.removal import plan_removal
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

NAMES_ON_A_PAGE = 100
DECIDED_ON_A_PAGE = 50
LONGEST_SOURCE = 2000
Outcome = PersonDecision.Outcome
ANSWERS = (Outcome.INVENTED, Outcome.REAL, Outcome.NOT_PERSON)
KEYS = {
    "J K": gettext_lazy("next, previous person"),
    "1": gettext_lazy("invented"),
    "2": gettext_lazy("real"),
    "3": gettext_lazy("decide one by one"),
    "4": gettext_lazy("not a person"),
    "↵": gettext_lazy("carry out the open answer"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("blog.decide_person", raise_exception=True)
def people_page(request, site):
    """Show the list of people and one of them (GET), or decide on a person (POST)."""
    if request.method == "POST":
        return _decide(request, site, _chosen(request.POST))
    person = _chosen(request.GET) or people_to_decide().first()
    return _page(request, site, person, request.GET.get("answer", ""))


def _page(request, site, person, answer, error=""):
    context = site.each_context(request) | _context(request, person, answer)
    return TemplateResponse(request, "admin/people.html", context | {"error": error})


def _context(request, person, answer):
    names = Paginator(people_to_decide(), NAMES_ON_A_PAGE).get_page(request.GET.get("page"))
    decided = Paginator(decided_people(), DECIDED_ON_A_PAGE).get_page(request.GET.get("decided"))
    context = {
        "title": _("People"),
        "subtitle": person.name if person else None,
        "names": names,
        "totals": totals_to_decide(),
        "portrait": None,
        "neighbours": _neighbours(names, person, read_number(request.GET.get("next", ""))),
        "decided": decided,
        "page_keys": KEYS,
    }
    return context | _context_of(request, person, answer) if person else context


def _context_of(request, person, answer):
    """Return the context of one person. Answers about many articles are prepared only if they are open."""
    portrait = person_summary(person)
    result = decision_result(request.user, person)
    is_to_decide = (
        result is None or bool(result["skipped"]) or people_to_decide().filter(pk=person.pk).exists()
    )
    opens = ANSWERS if portrait["articles"] <= MAX_ARTICLES_PER_REQUEST else (answer,)
    ticked = None  # the values of the ticks that a form had before an error
    if request.method == "POST":
        ticked = {*request.POST.getlist("role"), *request.POST.getlist("quotation")}
    mentions = _mentions(person) if {Outcome.REAL, Outcome.NOT_PERSON} & set(opens) else []
    return {
        "portrait": portrait,
        "result": result,
        "is_to_decide": is_to_decide,
        "answer": answer if answer in ANSWERS else "",
        "source": request.POST.get("source", ""),
        "removes_unticked": request.POST.get("unticked") == "remove",
        "invented": removal_preview(plan_removal(person)) if Outcome.INVENTED in opens else None,
        "real": real_preview(mentions, ticked) if Outcome.REAL in opens else None,
        "not_person": name_preview(mentions) if Outcome.NOT_PERSON in opens else None,
    }


def _mentions(person):
    fields = ("kind", "key", "role", "words", "article__title", "article__lock_version")
    rows = Mention.objects.filter(person=person, article__trashed_at=None).select_related("article")
    return list(rows.only("person", *fields).order_by("article", "start"))


def _neighbours(names, person, following):
    """Return the previous and the next person of the list, each None if there is none.

    following: key of the person after one who is no longer in the list.
    """
    keys = [name.pk for name in names]
    place = keys.index(person.pk) if person and person.pk in keys else None
    if place is None:
        place = keys.index(following) if following in keys else 0
        after = names[place] if keys else None
    else:
        after = names[place + 1] if place + 1 < len(keys) else None
    return {"previous": names[place - 1] if place else None, "next": after}


def _chosen(data) -> Person | None:
    key = data.get("person", "")
    return get_object_or_404(Person, pk=read_number(key)) if key else None


def _decide(request, site, person):
    answer = request.POST.get("answer", "")
    if person is None or answer not in {*ANSWERS, Outcome.OPEN}:
        return HttpResponseRedirect(reverse("admin:people"))
    following = _following(person)
    removes_unticked = answer == Outcome.REAL and request.POST.get("unticked") == "remove"
    seen = {}  # the articles that the answer may change, as the user saw them
    if answer == Outcome.INVENTED or removes_unticked:
        seen = decode_seen_versions(request.POST.get("seen", ""))
    ticked = _ticked_mentions(request.POST, person) if answer == Outcome.INVENTED else None
    if ticked is not None:
        seen = {key: seen[key] for key in sorted({mention.article_id for mention in ticked} & seen.keys())}
    cost = _cost(request, person, answer, seen, ticked)
    skipped = left_out(request.POST, cost)
    if skipped is None:
        return _ask_about_approvals(request, site, person, cost)
    seen = {key: version for key, version in seen.items() if key not in skipped}
    try:
        _store(request, person, answer, seen, ticked)
    except DecisionError as error:
        return _page(request, site, person, answer, str(error))
    except RefusedError as error:
        messages.error(request, text_refusal(error))
    except EmptyArticleError as error:
        messages.error(request, str(error))
    else:
        if skipped:
            messages.info(request, format_left_out(len(skipped)), extra_tags=TOAST)
    query = {"person": person.pk} | ({"next": following} if following else {})
    return HttpResponseRedirect(reverse("admin:people", query=query))


def _ticked_mentions(data, person) -> list[Mention]:
    """Return the mentions whose passages are ticked. With "more", also those after the shown passages."""
    if "only" in data:
        return []
    ticked, offered = (_read_passages(data.getlist(name)) for name in ("passage", "offered"))
    mentions = Mention.objects.filter(person=person, article__trashed_at=None)
    chosen = [mention for mention in mentions if (mention.article_id, mention.start) in ticked]
    if "more" in data:
        shown = {article for article, _ in offered}
        chosen += [mention for mention in plan_removal(person).mentions if mention.article_id not in shown]
    return chosen


def _read_passages(values) -> set[tuple[int, int]]:
    """Parse values of RemovedPassage.value to {(article, start of a mention)}."""
    numbers = [[read_number(number) for number in value.split(".")] for value in values]
    return {(article, start) for article, *starts in numbers for start in starts}


def _following(person):
    """Return the key of the person after this one in the list, or None."""
    keys = list(people_to_decide().values_list("pk", flat=True)[: NAMES_ON_A_PAGE + 1])
    return next(iter(keys[keys.index(person.pk) + 1 :]), None) if person.pk in keys else None


def _cost(request, person, answer, seen, ticked) -> ChangeCost:
    if not seen:
        return ChangeCost(0)
    is_real = answer == Outcome.REAL
    mentions = unsupported_mentions(person, _supports(request.POST)) if is_real else ticked
    return removal_cost(person, seen.keys(), mentions, is_confirmed=not is_real)


def _ask_about_approvals(request, site, person, cost):
    title = ngettext(
        "Removing %(name)s would end %(number)d approval",
        "Removing %(name)s would end %(number)d approvals",
        cost.approvals,
    )
    title %= {"name": person.name, "number": cost.approvals}
    back = reverse("admin:people", query={"person": person.pk})
    question = cost_question(title, cost, url=request.path, fields=kept_fields(request.POST))
    context = site.each_context(request) | question | {"back": back}
    return TemplateResponse(request, "admin/blog/article/cost.html", context)


def _supports(data):
    """Return what the source supports, as PersonDecision stores it."""
    roles = data.getlist("role")
    roles = ["", *(role for role in roles if role != EXISTS)] if roles else []
    return {"roles": roles, "quotations": data.getlist("quotation")}


def _store(request, person, answer, seen, ticked):
    """Store the answer, and say if a job removes the person. seen is empty if no article changes."""
    is_job = len(seen) > MAX_ARTICLES_PER_REQUEST
    if answer == Outcome.INVENTED:
        mark_invented(request.user, person, seen, ticked=ticked, in_job=is_job)
    elif answer == Outcome.REAL:
        source = request.POST.get("source", "")[:LONGEST_SOURCE]
        mark_real(request.user, person, source, _supports(request.POST), seen=seen, in_job=is_job)
    elif answer == Outcome.NOT_PERSON:
        mark_not_a_person(request.user, person, is_remembered="remember" in request.POST)
    else:
        reopen(request.user, person)
    if is_job:
        _announce_job(request, person, seen)


def _announce_job(request, person, seen):
    sentence = ngettext(
        "%(name)s is being removed from %(number)d article. You can leave this page.",
        "%(name)s is being removed from %(number)d articles. You can leave this page.",
        len(seen),
    )
    messages.success(request, sentence % {"name": person.name, "number": len(seen)})
