"""Replace the URL of a source everywhere: first its page is opened and compared, then articles are chosen.

The new URLs of all sources that have moved are used together, without being opened first: they were opened
when the old ones were.
"""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from blog.articles.models import EmptyArticleError
from blog.desk.base import WITH_UNDO, require
from blog.desk.numbers import read_number
from blog.extensions.sources.acts import RefusedAddressError, check_address, check_again, open_now
from blog.extensions.sources.addresses import normalise
from blog.extensions.sources.lists import site_sources
from blog.extensions.sources.models import READABLE, Evidence, Source, State
from blog.extensions.sources.replacing import (
    compare_claims,
    moved_sources,
    places_of,
    replace_everywhere,
)
from blog.extensions.sources.screens.list_views import desk_page, may_replace, row_of
from blog.extensions.sources.screens.looks import LEFT_AFTER
from blog.extensions.sources.screens.shown import is_older, shown_evidence, state_of
from blog.jobs.models import Job
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

MOST_SHOWN = 500  # articles on the page of moved sources
NOT_FOUND = Evidence.Verdict.NOT_FOUND


@require_http_methods(["GET", "HEAD", "POST"])
def replace(request, pk):
    """Show the form, open the new URL, or replace the old one in the ticked articles."""
    require(may_replace(request))
    source = get_object_or_404(site_sources(), pk=pk)
    data = request.POST if request.method == "POST" else request.GET
    typed = data.get("url", source.final_address if source.state == State.MOVED else "").strip()[:2000]
    new, error = None, ""
    if typed:
        try:
            address = check_address(typed)
            new = open_now(address) if request.method == "POST" else Source.objects.at(address)
        except RefusedAddressError as refusal:
            error = str(refusal)
        if new and new.pk == source.pk:
            new, error = None, _("This is the old URL. Enter the new one.")
    if new and data.get("act") == "again":
        check_again([new.pk])
        new.refresh_from_db()
    if request.method == "POST" and data.get("act") == "replace" and new:
        error = _replace(request, {source.address: new.address}, places_of([source]))
        if not error:
            return HttpResponseRedirect(reverse("admin:sources_list"))
    return desk_page(request, "sources/replace.html", _context(request, source, typed, new, error))


def _context(request, source, typed, new, error):
    places = places_of([source])
    compared, refusal = [], error
    if new and new.state in READABLE and not new.is_awaited:
        try:
            compared = compare_claims(source, new)
        except RefusedError as refused:
            refusal = text_refusal(refused)
    skipped = sum(place.ends_approval for place in places)
    return {
        "title": _("Replace everywhere"),
        "row": row_of(source, request),
        "source": source,
        "typed": typed,
        "new": new,
        "state": state_of(new) if new else None,
        "is_opening": bool(new and new.is_awaited and not is_older(new.asked_at, LEFT_AFTER)),
        "error": refusal,
        "places": places,
        "ticked_number": len(places) - skipped,
        "skipped_number": skipped,
        "compared": [(row, shown_evidence(found)) for row, found in compared if found],
        "there_number": sum(_is_there(found) for _row, found in compared),
        "claim_number": len(compared),
        "losing": [row for row, found in compared if found and found.verdict == NOT_FOUND],
    }


def _is_there(found):
    return found is not None and found.verdict == Evidence.Verdict.FOUND


@require_http_methods(["GET", "HEAD", "POST"])
def replace_moved(request):
    """Show what changes where if all sources that have moved get their new URLs, and change it."""
    require(may_replace(request))
    moved = moved_sources()
    new = {source.address: normalise(source.final_address) for source in moved}
    places, error = places_of(moved)[:MOST_SHOWN], ""
    if request.method == "POST":
        error = _replace(request, new, places)
        if not error:
            return HttpResponseRedirect(reverse("admin:sources_list"))
    skipped = sum(place.ends_approval for place in places)
    context = {
        "title": _("Use the new URLs"),
        "places": places,
        "new": new,
        "is_cut": len(places) == MOST_SHOWN,
        "ticked_number": len(places) - skipped,
        "skipped_number": skipped,
        "error": error,
    }
    return desk_page(request, "sources/moved.html", context)


def _replace(request, new: dict[str, str], places) -> str:
    """Replace URLs, {old: new}, in the ticked ones of these articles. Return why not, or ""."""
    data = request.POST
    ticked = set(data.getlist("article"))
    chosen = [place for place in places if str(place.article.pk) in ticked]
    if not chosen:
        return _("Tick at least one article. Nothing is replaced yet.")
    seen = {place.article.pk: read_number(data.get(f"version-{place.article.pk}", "")) for place in chosen}
    named = {link.source.address for place in chosen for link in place.links}
    try:
        result = replace_everywhere(
            request.user, {old: address for old, address in new.items() if old in named}, seen
        )
    except RefusedError as refused:
        return text_refusal(refused)
    except EmptyArticleError:
        return _("Not replaced: an article would be empty.")
    if isinstance(result, Job):
        message = ngettext(
            "URLs are being replaced in %d article. You can leave this page.",
            "URLs are being replaced in %d articles. You can leave this page.",
            len(seen),
        )
        messages.success(request, message % len(seen))
        return ""
    words = [result.message] if result.message else []
    words += [_("“%(words)s” is marked again.") % {"words": marked[:80]} for marked in result.reopened[:3]]
    if words:
        messages.success(request, " ".join(words), extra_tags=WITH_UNDO)
    for reason, number in Counter(result.skipped.values()).items():
        message = ngettext(
            "%(number)d article is skipped: %(why)s.", "%(number)d articles are skipped: %(why)s.", number
        )
        messages.warning(request, message % {"number": number, "why": reason})
    return ""
