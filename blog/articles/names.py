"""Categories and authors, which files refer to by name, as they do to series."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import search
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.base.models import PublicModel
from blog.base.parameters import as_text, listed_in
from blog.base.queries import CompiledQuery
from blog.documents.slugs import slugify_name
from blog.documents.text import fold_name
from blog.images.models import Image
from blog.site.addresses import address_of, is_outward
from blog.site.redirects import Redirect
from blog.site.slugs import SlugField, free_slug

SHOWN_OF_PICTURES = "file", "source", "width", "height"
LINKS = {"category": ArticleCategory, "author": ArticleAuthor}  # {model name: its links to articles}


class NamedQuerySet(models.QuerySet):
    """Categories, authors or series."""

    NAME_FIELDS = "id", "name", "slug", "folded_name"

    def named(self, name):
        """Return the row with this name, compared without case and punctuation, as a queryset."""
        return self.filter(folded_name=folded(name))

    def live(self):
        """Return the rows that have a public page: those of at least one published article."""
        links = LINKS[self.model._meta.model_name].objects.published()
        return self.filter(models.Exists(links.filter(**{self.model._meta.model_name: OuterRef("pk")})))

    def by_folded_name(self, names) -> dict:
        """Return {folded name: row} for the given folded names."""
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
    # The import that made it; null: an editor did, or nobody knows.
    brought_by = models.ForeignKey(
        "blog.ImportBatch", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    shown_when_new = False

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.folded_name = folded(self.name)
        self.slug = self.slug or free_slug(type(self).objects, slugify_name(self.name))
        super().save(*args, **kwargs)

    def natural_key(self):
        return (self.folded_name,)

    def newest_articles(self):
        """Return a queryset of the keys of its published articles, newest first."""
        return self.article_links.published().newest_articles()


class AuthorQuerySet(NamedQuerySet):
    """Authors."""

    def with_list_relations(self):
        """Fetch what the list of authors shows, in two queries; other fields raise on access."""
        links = ArticleAuthor.objects.published().filter(author=OuterRef("pk")).order_by().values("author")
        return (
            self.annotate(article_count=Coalesce(Subquery(links.values(n=Count("pk")).values("n")), 0))
            .select_related("picture")
            .prefetch_related("links")
            .only("name", "slug", "bio", "url", *(f"picture__{name}" for name in SHOWN_OF_PICTURES))
            .fetch_mode(models.FETCH_RAISE)
        )

    def of_articles(self, keys) -> list:
        """Return the authors of these articles, without what is said of them."""
        return self._named_rows(_AUTHORS_OF.rows(self.model.objects, as_text(keys)))


def _authors_of(authors, articles):
    linked = ArticleAuthor.objects.filter(article__in=listed_in(articles)).order_by().values("author")
    return authors.filter(pk__in=linked).order_by().values_list(*AuthorQuerySet.NAME_FIELDS)


_AUTHORS_OF = CompiledQuery(_authors_of)


class Author(NamedModel):
    """An author as named in bylines; may be linked to a user of the admin."""

    bio = models.TextField(_("about the author"), blank=True)
    picture = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="picture_of", verbose_name=_("picture")
    )
    url = models.URLField(_("web site"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("user"),
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def save(self, *args, **kwargs):
        with transaction.atomic():
            before = Author.objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            if before and before.name != self.name:
                search.refresh(self.articles)
            if before and before.slug != self.slug:
                Redirect.objects.moved(before, self)

    def get_absolute_url(self):
        return address_of("author_detail", self.slug)

    @property
    def shown_links(self) -> list[tuple[str, str]]:
        """The links that readers see, (label, address): the web site, then the others."""
        links = [(gettext("Web site"), self.url), *((link.label, link.address) for link in self.links.all())]
        return [link for link in links if is_outward(link[1])]  # they may not have been saved by a form


def folded(name: str) -> str:
    """Return the form in which names are compared, cut to the length of its column."""
    return fold_name(name)[:200]
