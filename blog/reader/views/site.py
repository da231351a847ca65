"""robots.txt, the web manifest, speculation rules and the style sheet of the look."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from blog.reader import structured_data
from blog.reader.look import page_look, stylesheet, stylesheet_name
from blog.site import addresses
from blog.site.identity import site_identity


@require_safe
def robots_txt(request):
    lines = ["User-agent: *", "Disallow: /admin/", "", f"Sitemap: {addresses.absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


ICONS = (
    ("mark.svg", "image/svg+xml", "any", "any"),
    ("icon-192.png", "image/png", "192x192", "any"),
    ("icon-512.png", "image/png", "512x512", "any"),
    ("icon-maskable-512.png", "image/png", "512x512", "maskable"),
)
# Pages that browsers prefetch when the pointer rests on a link. Searches are excluded because they are never
# cached here, files and feeds because they open in other programs.
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
def web_manifest(request):
    site = site_identity()
    look = page_look(site.look)
    paper = look.theme_colours[0]
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
        "background_color": site.look.tint.paper[0],
        "theme_color": paper,
        "icons": [
            {"src": look.icon(name), "type": media_type, "sizes": sizes, "purpose": purpose}
            for name, media_type, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(structured_data.without_empty(manifest), content_type="application/manifest+json")


@require_safe
def speculation_rules(request):
    return JsonResponse(SPECULATION_RULES, content_type="application/speculationrules+json")


@require_safe
def look_stylesheet(request, name):
    """Serve the style sheet of the site's look. Older URLs, in pages cached by proxies, redirect."""
    look = site_identity().look
    current_name = stylesheet_name(look)
    if name != current_name:
        return redirect("blog:look", current_name)
    response = HttpResponse(stylesheet(look), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
