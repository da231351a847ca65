"""The preview of unsaved changes: the article's page with the values of the edit form."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html

from blog.documents import read_credit
from blog.forms.pictures import CREDIT_LINE_LENGTH, typed_words
from blog.models import Article, Provenance
from blog.page_head import Metadata
from blog.refusals import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.views.articles import article_context

TYPED = ("hero_alt", "title", "body", "excerpt", "meta_description", "share_quote", "machine")


def preview_typed(request, article_pk, may_change):
    """Return the article's page with the values of the form. Nothing is saved."""
    article = Article.objects.with_page_relations().filter(pk=article_pk).first()
    if article is None:
        raise Http404
    if not may_change(request, article):
        raise PermissionDenied
    _take(request.POST, article)
    try:
        article.derive()
    except RefusedError as error:
        said = format_html('<p class="errornote">{}</p>', text_refusal(error))
        return HttpResponse(said, status=503 if error.is_passing else 422)
    article.published_at = article.published_at or timezone.now()  # for display; never saved
    meta = Metadata(title=article.title, path="", is_indexed=False)
    context = article_context(article) | {"preview": {"is_typed": True}, "meta": meta}
    return render(request, "blog/article_detail.html", context)


def _take(typed, article):
    for name in TYPED:
        if name in typed:
            setattr(article, name, typed[name].replace("\r\n", "\n"))
    if typed.get("provenance") in Provenance:
        article.provenance = typed["provenance"]
    if "hero_credit" in typed:
        article.hero_credit = read_credit(typed["hero_credit"][:CREDIT_LINE_LENGTH])
        article.hero_is_decorative = "hero_is_decorative" in typed
    article.own_words = {**article.own_words, **typed_words(article, typed)}
