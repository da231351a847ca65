"""Shared parts of the screens of categories, authors and series.

NamedModelAdmin counts articles, and lists those that prevent deleting a row, with links to alternatives.
NamedForm rejects a name that another row has.
"""

import operator
from functools import reduce

from django import forms
from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.authors import Author
from blog.articles.counts import CategoryCount
from blog.articles.models import Article
from blog.articles.names import folded
from blog.base.queries import ByCodePoint
from blog.desk.base import PublicAdmin
from blog.desk.columns import change_link, list_link
from blog.desk.forms import LABELS, MESSAGES, ExactAddress, ExactLine, ExactModelForm, ExactText

ARTICLES_NAMED = 10
ROWS_NAMED = 20


def article_count_expression(link_model, field):
    """Return an expression that counts the articles of a row, of any status, but not in the trash."""
    links = link_model.objects.filter(article__trashed_at=None, **{field: OuterRef("pk")})
    links = links.order_by().values(field)
    number = links.annotate(number=Count("article", distinct=True)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def _without_counts(deleted):
    """Return Django's nested list of rows to delete without CategoryCount rows."""
    counts = f"{capfirst(CategoryCount._meta.verbose_name)}:"
    kept = (_without_counts(row) if isinstance(row, list) else row for row in deleted)
    return [row for row in kept if row and not str(row).startswith(counts)]


class NamedModelAdmin(PublicAdmin):
    """The base of the admin of categories, authors and series, with a column for the number of articles.

    A row in use is not deleted; its articles are listed, not their link rows. Articles of any status prevent
    that. used_in: lookups from an article to the rows. field_of_existing: not in the form of a new row.
    """

    list_display = ("name", "address", "number_of_articles", "has_description")
    list_filter = (("description", admin.EmptyFieldListFilter),)
    used_in = ()
    field_of_existing = ""
    ordering = (ByCodePoint("folded_name"),)
    search_fields = ("name", "slug")
    article_lookup = ""
    count = None

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(article_count=self.count)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name",)}

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name != self.field_of_existing]

    @admin.display(description=gettext_lazy("Described"), boolean=True)
    def has_description(self, row):
        return bool(row.description)

    def view_on_site(self, row):
        """Return the public URL, or None without published articles."""
        return (row.articles.published().exists() and row.get_absolute_url()) or None

    @admin.display(description=gettext_lazy("Articles"), ordering="article_count")
    def number_of_articles(self, row):
        if not row.article_count:
            return None
        return list_link(Article, row.article_count, **{self.article_lookup: row.pk})

    def instead_of_deleting(self, request, row):
        """Return links to alternatives to deleting the row, one per line."""
        return [self.all_articles(row)]

    def get_deleted_objects(self, objs, request):
        """Omit the stored counts, which are deleted along with a category."""
        deleted, *rest, protected = super().get_deleted_objects(objs, request)
        return _without_counts(deleted), *rest, (protected and self._uses(request, objs)) or protected

    def _uses(self, request, rows):
        """Return each row in use with some of its articles, as a nested list for Django's templates."""
        uses = []
        for row in rows:
            using = Article.objects.filter(reduce(operator.or_, (Q(**{name: row}) for name in self.used_in)))
            articles = Article.objects.filter(pk__in=using.values("pk"))
            number = articles.count()
            if number and len(uses) < 2 * ROWS_NAMED:
                sentence = ngettext(
                    "“{}” is used in {} article, so it cannot be deleted.",
                    "“{}” is used in {} articles, so it cannot be deleted.",
                    number,
                )
                links = [*self._links(request, articles, number), *self.instead_of_deleting(request, row)]
                uses += [format_html(sentence, row, number), links]
        return uses

    def _links(self, request, articles, number):
        may_see = self.admin_site.get_model_admin(Article).has_view_permission(request)
        named = list(articles.only("title")[:ARTICLES_NAMED])
        titles = [format_html("<bdi>{}</bdi>", article) for article in named]
        links = list(map(change_link, named, titles)) if may_see else titles
        others = number - len(links)
        return [*links, _("and %d more") % others] if others else links

    def all_articles(self, row):
        return list_link(Article, _("Show them in the article list"), **{self.article_lookup: row.pk})


class NamedForm(ExactModelForm):
    class Meta:
        fields = ("name", "slug", "description")
        labels = LABELS
        error_messages = MESSAGES
        field_classes = {"name": ExactLine, "description": ExactText, "bio": ExactText, "url": ExactAddress}

    def clean_name(self):
        """Return the name, or raise ValidationError if another row has it as its name or alias."""
        name = self.cleaned_data["name"]
        other = self._meta.model.objects.named(name).exclude(pk=self.instance.pk).first()
        if other is None:
            return name
        sentence = gettext_lazy("“%(other)s” is the same name. Case and punctuation are ignored.")
        if other.folded_name != folded(name):
            sentence = gettext_lazy(
                "This is an alias of “%(other)s”, which was renamed or merged. Remove the alias there first."
            )
        raise forms.ValidationError(sentence, code="taken", params={"other": other})


class AuthorForm(NamedForm):
    class Meta(NamedForm.Meta):
        model = Author
        fields = ("name", "slug", "bio", "picture", "url", "user")
