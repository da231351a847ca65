"""The lists of sources: those of the site and those of an article, and what editors do with them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blog.articles.models import Article
from blog.desk.articles.proof.entries import entries_of
from blog.desk.base import TOAST, require
from blog.desk.numbers import read_number
from blog.extensions.sources import acts
from blog.extensions.sources.acts import NotIgnoredError, check_again, end_ignoring, ignore
from blog.extensions.sources.choices import Opening, opening
from blog.extensions.sources.confirming import confirmable
from blog.extensions.sources.due import places_in_queue
from blog.extensions.sources.lists import ORDER, site_sources, sources_of
from blog.extensions.sources.models import LEAD_NOWHERE, Evidence, Source, State, UsedAnyway
from blog.extensions.sources.replacing import REPLACE
from blog.extensions.sources.screens.looks import LEFT_AFTER
from blog.extensions.sources.screens.shown import (
    is_older,
    moment,
    page_date,
    shown_evidence,
    state_in_list,
    title_of,
)
from blog.jobs.models import Job

ON_A_PAGE = 50
SITES_NAMED = 20
ARTICLES_NAMED = 20  # per source
LONGEST_QUERY = 200
IGNORE_REASONS = ("visits", "gone", "other")
How, Verdict = Evidence.How, Evidence.Verdict
NOT_FOUND = Evidence.objects.filter(source=OuterRef("pk"), verdict=Evidence.Verdict.NOT_FOUND).exclude(
    how=Evidence.How.PARAGRAPH
)
CHIPS = {
    "": Q(ignored_at=None),
    "nowhere": Q(ignored_at=None, state__in=LEAD_NOWHERE),
    "moved": Q(ignored_at=None, state=State.MOVED),
    "not_found": Q(Exists(NOT_FOUND), ignored_at=None),
    "not_opened": Q(ignored_at=None, state=State.NOT_OPENED),
    "ignored": Q(ignored_at__isnull=False),
}


def chip_names() -> dict[str, str]:
    return {
        "": _("All"),
        "nowhere": _("Lead nowhere"),
        "moved": _("Moved"),
        "not_found": _("Claim not found"),
        "not_opened": _("Not opened yet"),
        "ignored": _("Ignored"),
    }


def ignore_reasons() -> dict[str, str]:
    return {
        "visits": _("It works for readers. The site turns automatic visits away."),
        "gone": _("The page will not come back, and the article says so."),
        "other": _("Another reason"),
    }


def desk_page(request, template, context):
    return TemplateResponse(request, template, admin.site.each_context(request) | context)


def may_view(request) -> bool:
    return admin.site.get_model_admin(Article).has_view_or_change_permission(request)


def may_edit(request) -> bool:
    """Whether the user is an editor: check again and ignore concern the articles of all."""
    return request.user.has_perm("blog.change_article") and request.user.has_perm("blog.settle_mark")


def may_replace(request) -> bool:
    return may_edit(request) and request.user.has_perm("blog.publish_article")


@require_safe
def show_list(request):
    require(may_view(request))
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in CHIPS else ""
    site, words = request.GET.get("site", "")[:253], request.GET.get("q", "").strip()[:LONGEST_QUERY]
    used = Source.objects.used()
    rows = site_sources(Source.objects.filter(CHIPS[chosen]))
    rows = rows.filter(host=site) if site else rows
    rows = rows.filter(Q(title__icontains=words) | Q(address__icontains=words)) if words else rows
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    query = {"state": chosen, "site": site, "q": words}
    context = {
        "title": _("Sources"),
        "page": page,
        "query": urlencode({name: value for name, value in query.items() if value}),
        "rows": rows_of(page, request),
        "chips": [
            (name, urlencode({"state": key}), used.filter(CHIPS[key]).count(), key == chosen)
            for key, name in chip_names().items()
        ],
        "sites": _sites(used),
        "site": site,
        "q": words,
        "chosen": chosen,
        "is_empty": not used.exists(),
        "is_fine": chosen == "nowhere" and not words and not site,
        "not_found_number": used.filter(CHIPS["not_found"]).count(),
        "is_off": opening() == Opening.NO,
        "last_round": _last_round(),
        "next_round": _next_round(),
        "replacing": Job.objects.active().filter(kind=REPLACE).first(),
        "may_edit": may_edit(request),
        "may_replace": may_replace(request),
        "page_keys": {
            "J K": _("next, previous source"),
            "Enter": _("open the page"),
            "1": _("replace"),
            "2": _("check again"),
            "3": _("ignore"),
        }
        if may_edit(request)
        else {"J K": _("next, previous source"), "Enter": _("open the page")},
    }
    return desk_page(request, "sources/list.html", context)


def _sites(used):
    rows = used.order_by().values_list("host").annotate(number=Count("pk")).order_by("-number", "host")
    return list(rows[:SITES_NAMED])


def _last_round() -> Job | None:
    return Job.objects.filter(kind=acts.OPEN).exclude(ended_at=None).order_by("-pk").first()


def _next_round() -> datetime | None:
    """Return when the next page of a published article is opened, or None if a page is due already."""
    if opening() != Opening.YES:
        return None
    rows = Source.objects.not_ignored().filter(links__article__in=Article.objects.published())
    found = rows.aggregate(first=Min("next_opening_at"))["first"]
    return found if found and found > timezone.now() else None


def rows_of(sources: Iterable[Source], request) -> list[dict]:
    is_waiting = any(source.state == State.NOT_OPENED for source in sources)
    places = places_in_queue() if is_waiting else {}
    return [row_of(source, request, places.get(source.pk)) for source in sources]


def row_of(source: Source, request, before: int | None = None) -> dict:
    """Return a source as a row: its state, and the articles that name it and that the user may view.

    before: how many sources are opened before it.
    """
    articles = Article.objects.in_use().filter(source_links__source=source).distinct().order_by("-pk")
    return {
        "source": source,
        "state": state_in_list(source, before),
        "title": title_of(source),
        "articles": list(articles.only("title")[:ARTICLES_NAMED]) if may_view(request) else [],
        "facts": facts_of(source),
    }


def facts_of(source: Source) -> list[str]:
    """Return what is known of a page, and when somebody has read it, if that is not the state."""
    facts = [source.publisher, page_date(source.published)]
    if source.leads_nowhere and source.opened_at:
        facts.append(_("opened %(day)s") % {"day": moment(source.opened_at)})
    elif source.leads_nowhere:
        facts.append(_("Title never seen"))
    elif source.state == State.CLOSED:
        read = UsedAnyway.objects.filter(source=source, reason=UsedAnyway.Reason.LOG_IN).order_by("-pk")
        facts += [
            _("Read by %(name)s, %(day)s") % {"name": row.by_name, "day": moment(row.at)} for row in read[:1]
        ]
    return [fact for fact in facts if fact]


@require_safe
def show_row_state(request, pk):
    """Return the state of a source as HTML, while a script waits for its page."""
    require(may_view(request))
    source = get_object_or_404(Source, pk=pk)
    response = render(request, "sources/_state.html", {"state": state_in_list(source)})
    response["X-Awaited"] = "yes" if source.is_awaited and not is_older(source.asked_at, LEFT_AFTER) else "no"
    return response


@require_POST
def check(request, pk):
    """Let the page of a source be opened again now."""
    require(may_edit(request))
    source = get_object_or_404(Source, pk=pk)
    if not check_again([source.pk]):
        messages.warning(request, _("Pages are not opened, because this is switched off."))
    return back(request)


@require_POST
def check_all(request):
    """Let the pages of all sources be opened again, or of those of an article."""
    require(may_edit(request))
    rows = Source.objects.not_ignored().used()
    if article := request.POST.get("article", ""):
        rows = rows.filter(links__article=read_number(article))
    number = check_again(rows.values_list("pk", flat=True))
    if number:
        messages.success(
            request, _("The pages are being opened again. You can leave this page."), extra_tags=TOAST
        )
    return back(request)


@require_http_methods(["GET", "HEAD", "POST"])
def ignore_source(request, pk):
    """Ask why a source can be ignored, and ignore it."""
    require(may_edit(request))
    source = get_object_or_404(site_sources(), pk=pk)
    error = ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        words = request.POST.get("other", "")[:500] if reason == "other" else ignore_reasons().get(reason, "")
        try:
            ignore(source, words, request.user)
        except NotIgnoredError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("The source is ignored."), extra_tags=TOAST)
            return back(request)
    context = {
        "title": _("Ignore a source"),
        "row": row_of(source, request),
        "source": source,
        "reasons": ignore_reasons().items(),
        "error": error,
        "next": request.GET.get("next", ""),
    }
    return desk_page(request, "sources/ignore.html", context)


@require_POST
def end_ignoring_source(request, pk):
    require(may_edit(request))
    end_ignoring(get_object_or_404(Source, pk=pk))
    messages.success(request, _("The source is checked from now on."), extra_tags=TOAST)
    return back(request)


@require_safe
def show_article(request, pk):
    """Show the sources of one article, those that need somebody first."""
    articles = admin.site.get_model_admin(Article)
    article = Article.objects.filter(pk=pk).first()
    require(articles.has_view_or_change_permission(request, article))
    if article is None:
        raise Http404
    entries = entries_of(article)
    numbers = {mark.key: mark.number for mark in entries.marks if mark.number}
    rows = [_article_row(each, numbers, request) for each in sources_of(article)]
    rows.sort(key=lambda row: (not row["needs_somebody"], ORDER.index(row["source"].state)))
    verdicts = Counter(shown.verdict for row in rows for _number, shown in row["evidence"])
    context = {
        "title": article.title,
        "subtitle": _("Sources"),
        "article": article,
        "rows": rows,
        "words": _in_words(entries),
        "entries": entries,
        "is_off": opening() == Opening.NO,
        "may_edit": may_edit(request),
        "may_replace": may_replace(request),
        "needing": sum(row["needs_somebody"] for row in rows),
        "claim_number": verdicts.total(),
        "parts": _in_parts(verdicts),
        "confirmable": len(confirmable([article.pk])),
    }
    return desk_page(request, "sources/article.html", context)


def _in_parts(verdicts: Counter) -> str:
    """Return how many claims were found, such as “1 is found, 2 are not there”."""
    sentences = {
        Verdict.FOUND: ngettext("%d is found", "%d are found", verdicts[Verdict.FOUND]),
        Verdict.PARTLY: ngettext("%d partly", "%d partly", verdicts[Verdict.PARTLY]),
        Verdict.NOT_FOUND: ngettext("%d is not there", "%d are not there", verdicts[Verdict.NOT_FOUND]),
        "": ngettext("%d cannot be compared", "%d cannot be compared", verdicts[""]),
    }
    return ", ".join(words % verdicts[name] for name, words in sentences.items() if verdicts[name])


def _article_row(each, numbers, request) -> dict:
    resting = (row for row in each.evidence if row.how != How.PARAGRAPH or row.verdict == Verdict.FOUND)
    of_marks = {(numbers[row.key], row.verdict, row.sentence): row for row in resting if row.key in numbers}
    evidence = [(number, shown_evidence(row)) for (number, *_), row in sorted(of_marks.items())]
    is_dead = each.source.leads_nowhere
    if is_dead:
        evidence = [(number, shown.as_last_found(each.source.opened_at)) for number, shown in evidence]
    is_missing = any(shown.verdict in ("partly", "not_found") for _number, shown in evidence)
    return row_of(each.source, request) | {
        "evidence": evidence,
        "needs_somebody": is_dead or is_missing or each.source.state == State.MOVED,
    }


def _in_words(entries) -> list[tuple[int, str]]:
    """Return (number of the mark, source) of sources that are no URL: a book, a person."""
    found = []
    for mark in entries.marks:
        resolution = mark.resolution
        if mark.number and resolution and resolution.outcome == "source" and "://" not in resolution.note:
            found.append((mark.number, resolution.note))
    return list(dict.fromkeys(found))


def back(request):
    """Redirect to the page that the form came from, or to the list."""
    address = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        address = reverse("admin:sources_list")
    return HttpResponseRedirect(address)
