"""Images, share cards and icons: files whose address says what is in them."""

import re

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from blog import sharing
from blog.media.renditions import NoRenditionError, original_name, stored_rendition
from blog.media.share_cards import stored_card
from blog.models import Article
from blog.sandbox.images import FORMATS

MEDIA_NAME = re.compile(
    rf"images/[0-9a-f]{{2}}/([0-9a-f]{{40}})\.({'|'.join(each.extension for each in FORMATS.values())})"
)
MEDIA_TYPES = {each.extension: f"image/{each.name.lower()}" for each in FORMATS.values()}


@require_safe
def media(request, name):
    """Serve an image that blog.media stored. Its name is its content's digest, so it never changes."""
    match = MEDIA_NAME.fullmatch(name)
    if not match or not default_storage.exists(name):
        raise Http404
    etag = f'"{match[1]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = FileResponse(default_storage.open(name), content_type=MEDIA_TYPES[match[2]])
    return kept_for_ever(response, etag)


@require_safe
def rendition(request, file_name, width):
    """Serve a stored image in another width; as it is, where it can have no other."""
    try:
        content = stored_rendition(file_name, width)
    except FileNotFoundError:
        raise Http404 from None
    except NoRenditionError:
        return redirect(default_storage.url(original_name(file_name)))
    etag = f'"{file_name}-{width}"'
    response = get_conditional_response(request, etag=etag)
    return kept_for_ever(response or HttpResponse(content, content_type="image/avif"), etag)


def kept_for_ever(response, etag):
    """Return an answer whose address holds the digest of its content.

    The sandbox is for the day when something else than an image gets in there.
    """
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
def share_card(request, uid, digest):
    """Serve the card of an article that readers may see. Its address changes with whatever is drawn on it.

    An older address leads to the card of now, for places that have kept it. The article's uid, not its slug,
    is part of the address: it never changes.
    """
    article = get_object_or_404(Article.objects.published().select_related("primary_category"), uid=uid)
    card = sharing.share_card(article)
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
