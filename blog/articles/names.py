"""The base of categories, authors and series, which files refer to by name."""

from django.db import models, transaction
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.base.models import PublicModel
from blog.documents.names import fold_name
from blog.documents.slugs import slugify_name
from blog.site.redirects import Redirect
from blog.site.slugs import SlugField, free_slug

NAME = 1  # index in a row of NAME_FIELDS
LINKS = {"category": ArticleCategory, "author": ArticleAuthor}  # {model name: its links to articles}


class NamedQuerySet(models.QuerySet):
    NAME_FIELDS = "id", "name", "slug", "folded_name"

    def named(self, name):
        """Return a queryset of the row with this name, compared without case and punctuation."""
        return self.filter(folded_name=folded(name))

    def with_public_page(self):
        """Return the rows with a public page: those with at least one published article."""
        links = LINKS[self.model._meta.model_name].objects.published()
        return self.filter(models.Exists(links.filter(**{self.model._meta.model_name: OuterRef("pk")})))

    def by_folded_name(self, names) -> dict:
        """Return {folded name: row} of the rows with these folded names."""
        return {row.folded_name: row for row in self.filter(folded_name__in=names)}

    def get_by_natural_key(self, folded_name):
        return self.get(folded_name=folded_name)

    def _named_rows(self, rows) -> list:
        return [self.model.from_db(self.db, self.NAME_FIELDS, row) for row in rows]


class NamedModel(PublicModel):
    """A row with a name that is unique regardless of case and punctuation."""

    name = models.CharField(_("name"), max_length=200)
    slug = SlugField(_("slug"), blank=True)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)
    # Null if an editor created the row, or if its origin is unknown.
    created_by_import = models.ForeignKey(
        "blog.ImportRun", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    shown_when_new = False

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
            self.folded_name = folded(self.name)
            self.slug = self.slug or free_slug(type(self).objects, slugify_name(self.name))
            super().save(*args, **kwargs)
            self.follow_name(before)
            if before and before.slug != self.slug:
                Redirect.objects.moved(before, self)

    def follow_name(self, before) -> None:
        """Update what depends on the name. before: the stored row, or None. A hook for subclasses."""

    def natural_key(self):
        """Return the key by which `loaddata` finds a row that a fixture names without its primary key."""
        return (self.folded_name,)

    def newest_articles(self):
        """Return a queryset of the primary keys of the published articles, newest first."""
        return self.article_links.published().newest_articles()


def folded(name: str) -> str:
    """Return the form of a name for comparison, cut to the length of its column."""
    return fold_name(name)[:200]
