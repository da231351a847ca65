"""What the head of each page points to: share cards, icon, web manifest, prefetch rules."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_bidi
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from blog import metadata
from blog.media.share_cards import stored_card
from blog.models import Article, publication

PAPER = "#fbfbf8"
ICONS = (
    ("img/mark.svg", "image/svg+xml", "any", "any"),
    ("img/icon-192.png", "image/png", "192x192", "any"),
    ("img/icon-512.png", "image/png", "512x512", "any"),
    ("img/icon-maskable-512.png", "image/png", "512x512", "maskable"),
)
# Pages to read, as soon as a pointer rests on a link to them. A search costs more than a page of ours, and
# files and feeds open elsewhere.
PREFETCHED = ("/", "/articles/*", "/categories/*", "/archive/*", "/authors/*")
NEVER_PREFETCHED = ("/*.md", "/*.xml", "/*.json")
SPECULATION_RULES = {
    "prefetch": [
        {
            "where": {
                "and": [
                    {"href_matches": list(PREFETCHED)},
                    {"not": {"href_matches": list(NEVER_PREFETCHED)}},
                ]
            },
            "eagerness": "moderate",
        }
    ]
}


@require_safe
def share_card(request, uid, digest):
    """Serve the card of an article that readers may see. Its address changes with whatever is drawn on it.

    An older address leads to the card of now, for places that have kept it. The article's uid, not its slug,
    is part of the address: it never changes.
    """
    article = get_object_or_404(Article.objects.published().select_related("primary_category"), uid=uid)
    card = metadata.share_card(article)
    if digest != card.digest:
        return redirect("blog:share_card", uid=uid, digest=card.digest)
    etag = f'"{digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(stored_card(card), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@cache_control(public=True, max_age=86400)
@require_safe
def favicon(request):
    """Serve the icon where those look for it who read no page: feed readers, bookmarks, previews."""
    path = settings.BASE_DIR / "static" / "img" / "favicon.ico"
    try:
        return FileResponse(path.open("rb"), content_type="image/x-icon")
    except FileNotFoundError:
        raise Http404 from None


@require_safe
def web_manifest(request):
    site = publication()
    manifest = {
        "id": "/",
        "name": site.name,
        "short_name": site.name,
        "description": site.description,
        "lang": settings.LANGUAGE_CODE,
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": static(name), "type": media_type, "sizes": sizes, "purpose": purpose}
            for name, media_type, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(metadata.without_empty(manifest), content_type="application/manifest+json")


@require_safe
def speculation_rules(request):
    return JsonResponse(SPECULATION_RULES, content_type="application/speculationrules+json")
