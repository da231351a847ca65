"""The requests of the answer “Source” in a proof: look at a source, and save it."""

import time

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.articles.models import Article
from blog.desk.articles.proof.entries import entries_of
from blog.desk.articles.proof.resolution import resolution_message
from blog.desk.base import WITH_UNDO, require
from blog.extensions.sources.models import UsedAnyway
from blog.extensions.sources.screens.answers import STAYS_OPEN, NoReasonError, save_answer
from blog.extensions.sources.screens.looks import Kind, look_at
from blog.review.models import MarkResolution
from blog.review.resolution import ResolutionError

LONGEST = 2000  # characters of a source
WAIT = 3  # seconds in which a page that opens at once is awaited without JavaScript
PAUSE = 0.25


def may_resolve(request, article) -> bool:
    articles = admin.site.get_model_admin(Article)
    return request.user.has_perm("blog.settle_mark") and articles.has_change_permission(request, article)


def article_of(request, pk) -> Article:
    article = Article.objects.filter(pk=pk).first()
    require(may_resolve(request, article))
    if article is None:
        raise Http404
    return article


@require_POST
def look(request, pk):
    """Return what is known of the typed source as HTML: the script asks until the page is opened."""
    article = article_of(request, pk)
    entry = entries_of(article).by_key(request.POST.get("key", ""))
    if entry is None or not entry.is_open:
        raise Http404
    typed = request.POST.get("note", "")[:LONGEST]
    found = look_at(article, entry, typed, again="again" in request.POST)
    context = {"look": found, "entry": entry, "article": article, "reasons": UsedAnyway.Reason.choices}
    return render(request, "sources/_look.html", context)


@require_POST
def answer(request, pk):
    """Save the source for the mark, or open it and come back."""
    article = article_of(request, pk)
    entries = entries_of(article)
    entry = entries.by_key(request.POST.get("key", ""))
    act, typed = request.POST.get("act", ""), request.POST.get("note", "")[:LONGEST]
    if entry is None:
        messages.warning(request, entries.refusal or _("This mark is no longer in the text."))
        return to_proof(request, article)
    if act in ("open", "check"):
        _await(article, entry, typed, again=act == "check")
        return to_proof(request, article, mark=entry.number, source=typed)
    found = look_at(article, entry, typed, opens=act == "unwaited")
    try:
        save_answer(article, entry, found, act, request.POST, request.user)
    except ResolutionError as error:
        messages.error(request, str(error))
        reasons = {"reasons": 1} if isinstance(error, NoReasonError) else {}
        return to_proof(request, article, mark=entry.number, source=typed, **reasons)
    if act == STAYS_OPEN:
        messages.success(request, _("Saved. The mark stays open until the page was read."))
        now = entries
    else:
        now = entries_of(article)
        message = resolution_message(entry, MarkResolution.Outcome.SOURCE, now)
        messages.success(request, message, extra_tags=WITH_UNDO)
    following = now.open_from(entry.end or entry.start or 0)
    return to_proof(request, article, mark=following.number if following else "", settled=1)


def _await(article, entry, typed, *, again):
    found = look_at(article, entry, typed, again=again)
    end = time.monotonic() + WAIT
    while found.kind == Kind.OPENING and time.monotonic() < end:
        time.sleep(PAUSE)
        found = look_at(article, entry, typed, opens=False)


def to_proof(request, article, **query):
    """Redirect to the proof, with the filters of the list that it was opened from."""
    query = {name: value for name, value in query.items() if value != ""}
    filters = {name: value for name, value in request.GET.items() if name == "_changelist_filters"}
    address = reverse("admin:blog_article_proof", args=[article.pk])
    place = f"#m{query['mark']}" if "mark" in query else "#title"
    query = urlencode(query | filters)
    return HttpResponseRedirect(f"{address}?{query}{place}" if query else address + place)
