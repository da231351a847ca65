"""The screen of people: one decision on a person applies to all articles."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from blog.articles.models import EmptyArticleError
from blog.desk.articles.selection import decode_seen_versions
from blog.desk.base import WITH_UNDO
from blog.review.jobs import start_removal
from blog.review.models import Person, PersonDecision
from blog.review.people import (
    MAX_ARTICLES_PER_REQUEST,
    DecisionError,
    mark_invented,
    mark_real,
    reopen,
)
from blog.review.person_summary import decided_people, people_to_decide, person_summary
from blog.review.removal import RemovalPlan, plan_removal
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

NAMES_ON_A_PAGE = 100
DECIDED_SHOWN = 50
PASSAGES_SHOWN = 5
Outcome = PersonDecision.Outcome
KEYS = {
    "J K": gettext_lazy("next, previous person"),
    "1": gettext_lazy("invented"),
    "2": gettext_lazy("real"),
    "3": gettext_lazy("decide one by one"),
}


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
    def passages(self) -> list:
        """Samples: the first removable passages, and at most two that need a rewrite."""
        to_rewrite = [passage for passage in self.removal.passages if not passage.is_removable]
        removable = [passage for passage in self.removal.passages if passage.is_removable]
        return [*removable[: PASSAGES_SHOWN - min(len(to_rewrite), 2)], *to_rewrite[:2]]

    @property
    def button(self) -> str:
        to_rewrite = len(self.removal.to_rewrite)
        if not to_rewrite:
            return ngettext("Remove from %d", "Remove from %d", self.articles) % self.articles
        values = {"articles": self.articles, "asked": to_rewrite}
        return _("Remove from %(articles)d, leave %(asked)d for me to rewrite") % values


@require_http_methods(["GET", "HEAD", "POST"])
def people_page(request, site):
    """Show the list of people and one of them (GET), or decide on a person (POST)."""
    if not request.user.has_perm("blog.decide_person"):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request, _chosen(request.POST))
    person = _chosen(request.GET) or people_to_decide().first()
    context = site.each_context(request) | _context(request, person)
    return TemplateResponse(request, "admin/people.html", context)


def _context(request, person):
    names = Paginator(people_to_decide(), NAMES_ON_A_PAGE).get_page(request.GET.get("page"))
    answer = request.GET.get("answer", "") if person else ""
    return {
        "title": _("People"),
        "subtitle": person.name if person else None,
        "names": names,
        "portrait": person_summary(person) if person else None,
        "answer": answer,
        "proposal": RemovalPreview(plan_removal(person)) if answer == "invented" else None,
        "neighbours": _neighbours(names, person),
        "decided": decided_people()[:DECIDED_SHOWN],
        "decided_number": Person.objects.exclude(decision="").count(),
        "page_keys": KEYS,
    }


def _neighbours(names, person):
    """Return the previous and the next person of the list, each None if there is none."""
    keys = [name.pk for name in names]
    place = keys.index(person.pk) if person and person.pk in keys else None
    if place is None:
        return {"next": names[0] if keys else None, "previous": None}
    return {
        "previous": names[place - 1] if place else None,
        "next": names[place + 1] if place + 1 < len(keys) else None,
    }


def _chosen(data) -> Person | None:
    key = data.get("person", "")
    if not key:
        return None
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
    return get_object_or_404(Person, pk=number)


def _decide(request, person):
    answer = request.POST.get("answer", "")
    try:
        if person is None:
            return HttpResponseRedirect(reverse("admin:people"))
        if answer == Outcome.INVENTED:
            _remove(request, person)
        elif answer == Outcome.REAL:
            mark_real(request.user, person, request.POST.get("source", ""))
            _notify(request, _("%(name)s was marked as real.") % {"name": person.name})
        elif answer == Outcome.OPEN:
            reopen(request.user, person)
            _notify(request, _("The decision on %(name)s was reopened.") % {"name": person.name})
    except DecisionError as error:
        messages.error(request, str(error))
        return _back_to(person, answer="real")
    except RefusedError as error:
        messages.error(request, text_refusal(error))
        return _back_to(person)
    except EmptyArticleError as error:
        messages.error(request, str(error))
        return _back_to(person)
    return _back_to(person if answer == Outcome.OPEN else None)


def _remove(request, person):
    seen = decode_seen_versions(request.POST.get("seen", ""))
    if len(seen) > MAX_ARTICLES_PER_REQUEST:
        start_removal(request.user, person, seen)
        sentence = ngettext(
            "%(name)s is being removed from %(number)d article. You can leave this page.",
            "%(name)s is being removed from %(number)d articles. You can leave this page.",
            len(seen),
        )
        messages.success(request, sentence % {"name": person.name, "number": len(seen)})
        return
    removal = mark_invented(request.user, person, seen)
    _notify(request, removal.message)


def _notify(request, sentence):
    messages.success(request, sentence, extra_tags=WITH_UNDO)


def _back_to(person, **query):
    query |= {"person": person.pk} if person else {}
    return HttpResponseRedirect(reverse("admin:people", query=query or None))
