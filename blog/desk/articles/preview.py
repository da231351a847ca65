"""Previews of an article: its page with unsaved values of the form, and preview links."""

import re
import uuid

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.changes import changing
from blog.articles.links import ArticleCategory
from blog.articles.models import Article
from blog.articles.previews import preview_link
from blog.articles.provenance import Provenance
from blog.desk.articles.images import CREDIT_LINE_LENGTH, typed_words
from blog.desk.base import AdminPart, require
from blog.desk.forms import MOST_ROWS, NEW, named_or_new
from blog.desk.numbers import read_number
from blog.documents.image_words import parse_credit
from blog.documents.slugs import slugify_name
from blog.images.models import Image
from blog.reader.page_head import Metadata
from blog.reader.views.articles import article_context
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

NO_ROW = 0  # a primary key that no row has: relations of the article are empty instead of raising
LEVELS = frozenset(map(str, Category.Level.values))
TYPED = ("hero_alt", "title", "body", "excerpt", "meta_description", "share_quote", "machine")


class Previews(AdminPart):
    """Views that show what readers would see of an article, and preview links."""

    def routes(self):
        return {
            "preview_new": ("add/preview/", self.preview_new),
            "revoke_previews": (
                "<path:object_id>/revoke-previews/",
                require_POST(self.row_view(self.revoke_links)),
            ),
            "preview": ("<path:object_id>/preview/", self.preview),
        }

    def form_context(self, request, row):
        """Return a preview link, unless the article is not saved or already published."""
        is_hidden = row is not None and not row.is_published
        may_preview = is_hidden and self.model_admin.has_change_permission(request, row)
        return {"preview_link": preview_link(row) if may_preview else None}

    @method_decorator(require_POST)
    def preview(self, request, object_id):
        """Show the article's page with the text as typed in the form, without saving it."""
        found = self.model_admin.get_object(request, unquote(object_id))
        article = Article.objects.with_page_relations().filter(pk=found and found.pk).first()
        if article is None:
            raise Http404
        require(self.model_admin.has_change_permission(request, article))
        return _page_as_typed(request, article)

    @method_decorator(require_POST)
    def preview_new(self, request):
        """Show the page of an article that is not saved yet, as typed in the form."""
        require(self.model_admin.has_add_permission(request))
        return _page_as_typed(request, _new_article(request.POST))

    def revoke_links(self, request, article):
        # A new key makes all links invalid. Somebody who has the article open cannot save the old one.
        rows, log = Article.objects.locked([article.pk]).only("lock_version"), _("Preview links revoked.")
        with changing(rows, by=request.user, action=None, log=log) as change:
            change.write(is_edit=False, preview_key=uuid.uuid4())
        sentence = _("All existing preview links to “{}” have been revoked.")
        messages.success(request, format_html(sentence, article.title))
        return HttpResponseRedirect(reverse("admin:blog_article_change", args=[article.pk]))


def _page_as_typed(request, article):
    """Return the article's page with the values of the form. Nothing is saved."""
    _apply_typed(request.POST, article)
    try:
        article.derive()
    except RefusedError as error:
        message = format_html('<p class="errornote">{}</p>', text_refusal(error))
        return HttpResponse(message, status=503 if error.is_passing else 422)
    article.published_at = article.published_at or timezone.now()  # for display; never saved
    meta = Metadata(title=article.title, path="", is_indexed=False)
    context = article_context(article) | {"preview": {"is_typed": True}, "meta": meta}
    return render(request, "blog/article_detail.html", context)


def _new_article(typed):
    """Return an unsaved article with the typed categories, authors and hero image, and no other relations."""
    article = Article(pk=NO_ROW, created_at=timezone.now())
    article.primary_category = _chosen(Category, typed.get("primary_category", ""))
    article.hero_image = _chosen(Image, typed.get("hero_image", ""))
    article.byline = [row for row, _level in _typed_rows(typed, "author_links", "author", Author)]
    article.shown_categories = [
        ArticleCategory(category=row, level=level, position=place)
        for place, (row, level) in enumerate(_typed_rows(typed, "category_links", "category", Category))
    ]
    return article


def _typed_rows(typed, prefix, field, model):
    """Return (row, level) of the rows of a formset; the level is 0 for authors."""
    number = typed.get(f"{prefix}-TOTAL_FORMS", "")
    places = range(min(int(number), MOST_ROWS) if re.fullmatch("[0-9]{1,4}", number) else 0)
    found = [
        (
            _chosen_or_new(model, typed.get(f"{prefix}-{place}-{field}", ""), place),
            typed.get(f"{prefix}-{place}-level", ""),
        )
        for place in places
        if f"{prefix}-{place}-DELETE" not in typed
    ]
    return [(row, int(level) if level in LEVELS else 0) for row, level in found if row]


def _chosen_or_new(model, value, place):
    if not value.startswith(NEW):
        return _chosen(model, value)
    row = named_or_new(model, value.replace("\0", ""))
    if row.pk is None:
        row.pk, row.slug = -1 - place, slugify_name(row.name)  # the page compares rows by primary key
    return row


def _chosen(model, key):
    return model.objects.filter(pk=read_number(key)).first()


def _apply_typed(typed, article):
    for name in TYPED:
        if name in typed:
            setattr(article, name, typed[name].replace("\r\n", "\n"))
    if typed.get("provenance") in Provenance:
        article.provenance = typed["provenance"]
    if "hero_credit" in typed:
        article.hero_credit = parse_credit(typed["hero_credit"][:CREDIT_LINE_LENGTH])
        article.hero_is_decorative = "hero_is_decorative" in typed
    article.image_text_overrides = {**article.image_text_overrides, **typed_words(article, typed)}
