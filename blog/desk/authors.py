"""The pages of authors."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.authors import Author, AuthorLink
from blog.articles.links import ArticleAuthor
from blog.articles.models import Article
from blog.desk.base import OwnedInline
from blog.desk.columns import thumbnail
from blog.desk.names import AuthorForm, NamedModelAdmin, article_count_expression


class AuthorLinkInline(OwnedInline):
    model = AuthorLink
    fields = ("label", "address", "position")
    extra = 1  # without JavaScript, no more can be added


@admin.register(Author)
class AuthorAdmin(NamedModelAdmin):
    form = AuthorForm
    inlines = (AuthorLinkInline,)
    fieldsets = (
        (None, {"fields": ["name", "slug", "bio", "url", "user"]}),
        (gettext_lazy("Picture"), {"fields": ["picture_preview", "picture"]}),
    )
    list_display = ("name", "address", "number_of_articles", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("picture", "user")
    article_lookup = "authors__id__exact"
    count = article_count_expression(ArticleAuthor, "author")

    def articles_using(self, row):
        return Article.objects.filter(author_links__author=row)

    def get_readonly_fields(self, request, obj=None):
        """Only those who may view users can choose the user of an author."""
        return ("picture_preview", *(() if request.user.has_perm("auth.view_user") else ("user",)))

    @admin.display(description=gettext_lazy("Picture"))
    def picture_preview(self, author):
        return thumbnail(author.picture) if author.picture else _("None chosen.")
