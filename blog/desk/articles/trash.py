"""The trash: deleted articles are moved to it, and can be restored or permanently deleted."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.actions.trash import restore, trash, trash_sentence
from blog.articles.models import Article
from blog.base.locking import lock_rows
from blog.desk.articles.list import TRASH
from blog.desk.base import WITH_UNDO, AdminPart, require
from blog.desk.columns import change_link, list_link

NAMES_SHOWN = 100


class Trash(AdminPart):
    """Moving articles to the trash, and restoring them. Both require the permission to delete."""

    def routes(self):
        return {"restore": ("<path:object_id>/restore/", self.restore_one)}

    def actions(self):
        return (self.move_to_trash, self.restore)

    def list_context(self, request, changelist):
        is_in_use = request.GET.get("state") != TRASH
        return {"trashes_many": is_in_use and self.model_admin.has_delete_permission(request)}

    @admin.action(permissions=["delete"], description=gettext_lazy("Move the selected articles to the trash"))
    def move_to_trash(self, request, queryset):
        if "confirmed" not in request.POST:
            return self._ask(request, self._permitted(request, queryset))
        self._move(request, queryset.values_list("pk", flat=True))
        return None

    def report(self, request, articles):
        """Tell the user that the articles were moved to the trash, with the means to undo it."""
        link = list_link(Article, _("Open the trash"), state=TRASH)
        messages.success(request, format_html("{} {}", trash_sentence(articles), link), extra_tags=WITH_UNDO)

    def delete(self, request, object_id):
        """Move an article to the trash: GET asks for confirmation, POST moves it.

        Returns None if the article does not exist or is in the trash, so that Django's view responds.
        """
        article = self.model_admin.get_object(request, unquote(object_id))
        if article is None or article.trashed_at:
            return None
        if request.method != "POST":
            return self._ask(request, self._permitted(request, Article.objects.filter(pk=article.pk)))
        self._move(request, [article.pk])
        return HttpResponseRedirect(self.list_url(request))

    def _move(self, request, keys) -> None:
        """Move the articles to the trash, and tell the user.

        The permission is checked once they are locked: it depends on whether somebody has published them.
        """
        with transaction.atomic():
            rows = Article.objects.filter(pk__in=list(keys))
            lock_rows(rows)
            articles = self._permitted(request, rows)
            trash(request.user, articles, are_gone="gone" in request.POST)
        self.report(request, articles)

    def _ask(self, request, articles):
        """Ask for confirmation, and whether the articles' URLs should return 410 Gone."""
        context = {
            "title": _("Move to the trash"),
            "articles": articles,
            "shown": articles[:NAMES_SHOWN],
            "were_public": any(article.has_passed_publication_date for article in articles),
            "list_url": self.list_url(request),
        }
        return self.render(request, "admin/blog/article/trash_confirmation.html", context)

    @admin.action(permissions=["delete"], description=gettext_lazy("Restore the selected articles"))
    def restore(self, request, queryset):
        number = restore(request.user, self._permitted(request, queryset))
        sentence = ngettext("%d article was restored as new.", "%d articles were restored as new.", number)
        messages.success(request, sentence % number)

    def restore_one(self, request, object_id):
        """Restore an article: GET asks for confirmation, POST restores it."""
        article = self.model_admin.get_object(request, unquote(object_id))
        if article is None or not article.trashed_at:
            raise Http404
        articles = self._permitted(request, Article.objects.filter(pk=article.pk))
        if request.method == "POST":
            restore(request.user, articles)
            messages.success(request, format_html(_("“{}” was restored as new."), change_link(article)))
            return HttpResponseRedirect(self.list_url(request))
        context = {"title": _("Restore from the trash"), "article": article}
        context["list_url"] = reverse("admin:blog_article_changelist", query={"state": TRASH})
        return self.render(request, "admin/blog/article/restore_confirmation.html", context)

    def _permitted(self, request, queryset):
        """Return the articles as a list. Raises PermissionDenied if the user may not delete all of them."""
        articles = list(queryset.defer("body", "body_html", "plain_text", "contents"))
        require(all(self.model_admin.has_delete_permission(request, article) for article in articles))
        return articles
