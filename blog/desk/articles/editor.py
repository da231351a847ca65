"""The views of the Markdown editor's scripts: preview, upload, and articles to link to after @.

markdownx's own views (markdownx.urls) are not used: they serve anybody and store any file.
The script inserts every response to a preview as HTML, errors included, and parses every response to an
upload as JSON.
"""

import re
from functools import wraps

from django.db import DatabaseError
from django.db.models import Case, Value, When
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from blog.articles.internal_links import shown_urls
from blog.articles.models import Article
from blog.desk.articles.list import titled
from blog.desk.base import require
from blog.desk.columns import state_words
from blog.desk.numbers import read_number
from blog.documents.limits import MAX_FILE_BYTES, in_megabytes
from blog.files.errors import storage_reason
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images.files import ImageError, image_too_large
from blog.images.models import store_image
from blog.reader.body import shown_html
from blog.sandbox.pool import on_behalf_of
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

EDIT_PERMISSIONS = ("blog.add_article", "blog.change_article", "blog.add_page", "blog.change_page")
MOST_OFFERED = 8
FEWEST_CHARACTERS = 2
# Characters that would be markup in the text of a link, or end a cell of a table.
_MARKUP = re.compile(r"[\\`*_~\[\]<>|]|&(?=#?\w+;)")


def editors_only(refuse):
    """Decorator: require active staff with a permission to edit; others get refuse(reason, status)."""

    def decorate(view):
        @require_POST
        @never_cache
        @wraps(view)
        def guarded(request):
            user = request.user
            if not (user.is_active and user.is_staff and any(map(user.has_perm, EDIT_PERMISSIONS))):
                return refuse(_("You do not have permission to edit articles."), 403)
            with on_behalf_of(user.pk):
                return view(request)

        return guarded

    return decorate


def _refuse_preview(reason, status):
    return HttpResponse(format_html('<p class="errornote">{}</p>', reason), status=status)


def _refuse_image(reason, status):
    return JsonResponse({"image": [reason]}, status=status)


@editors_only(_refuse_preview)
def markdown_preview(request):
    """Return the posted text as HTML, as the article's page would show it."""
    text = request.POST.get("content")
    if text is None:
        return _refuse_preview(_("No text was sent."), 400)
    if len(text.encode("utf-8", "replace")) > MAX_FILE_BYTES:
        return _refuse_preview(_("The text is longer than %d MB.") % in_megabytes(MAX_FILE_BYTES), 413)
    try:
        return HttpResponse(preview(text, _asked_article(request)))
    except RefusedError as error:
        return _refuse_preview(text_refusal(error), 503 if error.is_passing else 422)


@editors_only(_refuse_image)
def image_upload(request):
    """Store an image and return the Markdown that shows it."""
    upload = request.FILES.get("image")
    if upload is None:
        return _refuse_image(_("No file was sent."), 400)
    if upload.size > MAX_IMAGE_BYTES:
        return _refuse_image(image_too_large(), 400)
    try:
        image = store_image(upload.read(), upload.name)
    except ImageError as error:
        return _refuse_image(str(error), 400)
    except (OSError, DatabaseError) as error:
        if reason := storage_reason(error):
            return _refuse_image(reason, 503)
        raise
    return JsonResponse(
        {
            "image_code": f"![]({image.url})",
            "id": image.pk,
            "url": image.url,
            "alt": image.alt,
            "name": str(image),
        }
    )


def preview(text: str, article: Article | None = None) -> str:
    """Return the HTML of this text as the article's page would show it, without saving it.

    Its number of words and reading time follow in a <template>. Raises RefusedError if the text takes too
    much time or memory.
    """
    article = article or Article()
    article.body = text
    rendering = article.render()
    article.set_from_rendering(rendering)
    length = {"words": article.word_count, "minutes": article.reading_time}
    shown = render_to_string("admin/blog/article/_length.html", length)
    html = shown_html(rendering.html, shown_urls(rendering.html, article.pk))
    return html + format_html("<template>{}</template>", shown.strip())


def _asked_article(request):
    """Return the edited article, whose images are needed for rendering, with the title as typed."""
    rows = Article.objects.filter(pk=read_number(request.GET.get("article", "")))
    article = rows.first() or Article()
    article.title = request.GET.get("title", article.title)
    return article


@require_safe
@never_cache
def offer_links(request, *, model_admin):
    """Return the articles that static/js/admin-links.js offers, as JSON with the Markdown of each link."""
    require(model_admin.has_view_permission(request))
    articles = _offered(request.GET.get("q", ""), without=request.GET.get("article", ""))
    return JsonResponse({"articles": [_as_link(article) for article in articles]})


def _offered(words, without):
    """Return up to MOST_OFFERED articles, first those in which the title, or a word of it, begins so."""
    words = " ".join(words.split())
    if len(words) < FEWEST_CHARACTERS:
        return []
    begins = Case(
        When(title__istartswith=words, then=Value(0)),
        When(title__icontains=f" {words}", then=Value(1)),
        default=Value(2),
    )
    others = Article.objects.in_use().exclude(pk=read_number(without))
    found = titled(others, words).order_by(begins, "title", "pk")
    keys = list(found.values_list("pk", flat=True)[:MOST_OFFERED])  # from an index: rows are wide
    articles = Article.objects.with_queue_relations().in_bulk(keys)
    return [articles[key] for key in keys if key in articles and articles[key].get_absolute_url()]


def _as_link(article):
    """Return the title, the state unless readers can see the article, and the Markdown of a link to it.

    The link is the path of the article, which is redirected if the slug changes.
    """
    return {
        "title": article.title,
        "state": "" if article.is_published else ", ".join(state_words(article)),
        "markdown": f"[{_escaped(article.title)}]({article.get_absolute_url()})",
    }


def _escaped(title):
    return _MARKUP.sub(r"\\\g<0>", " ".join(title.split()))
