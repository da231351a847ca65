"""Authors, and the links on their pages."""

from collections import Counter, defaultdict
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import search
from blog.articles.links import ArticleAuthor
from blog.articles.names import NAME, NamedModel, NamedQuerySet
from blog.base.models import OrderedModel
from blog.base.queries import CompiledQuery, as_text, listed_in, take_related, with_related
from blog.images.models import ADDRESS_LENGTH, Image
from blog.site.addresses import address_of, is_outward

IMAGE_FIELDS = "id", "file", "source", "width", "height"
MOST_JOINT = 3  # co-authors named next to an author in the list of authors


class AuthorQuerySet(NamedQuerySet):
    def have_public_page(self) -> bool:
        """Whether any author has a published article. Every page needs it, so the query is compiled."""
        return bool(_any_link.rows(ArticleAuthor.objects, timezone.now()))

    def with_list_relations(self):
        """Fetch what the list of authors shows, in one query. Other fields raise on access."""
        links = ArticleAuthor.objects.published().filter(author=OuterRef("pk")).order_by().values("author")
        return (
            self.annotate(article_count=Coalesce(Subquery(links.values(n=Count("pk")).values("n")), 0))
            .select_related("picture")
            .only("name", "slug", *(f"picture__{name}" for name in IMAGE_FIELDS))
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_article_ends(self, keys) -> list:
        """Return the authors with these keys, in this order, with the fields for the end of an article."""
        if not keys:
            return []
        rows = _ends.instances(self.model.objects.fetch_mode(models.FETCH_RAISE), timezone.now(), *keys)
        for author in rows:
            take_related(author, "picture", Image, IMAGE_FIELDS)
        found = {author.pk: author for author in rows}
        return [found[key] for key in keys if key in found]

    def joint_authors(self, keys) -> dict[int, list[tuple]]:
        """Return {author: [(other author, published articles by both)]}, most articles first.

        keys: primary keys of authors. Each gets at most MOST_JOINT others, with names only.
        """
        links = ArticleAuthor.objects.published().order_by()
        pairs = links.filter(article__author_links__pk__gt=F("pk"))
        pairs = pairs.values_list("author", "article__author_links__author").annotate(n=Count("pk"))
        counts, wanted = defaultdict(Counter), set(keys)
        for one, other, count in pairs:
            for author, partner in ((one, other), (other, one)):
                if author in wanted:
                    counts[author][partner] += count
        names = self.model.objects.only("name", "slug", "folded_name").in_bulk(set().union(*counts.values()))
        return {
            author: sorted(
                ((names[key], count) for key, count in found.items()),
                key=lambda pair: (-pair[1], pair[0].folded_name),
            )[:MOST_JOINT]
            for author, found in counts.items()
        }

    def of_articles(self, keys, is_wanted: Callable[[str], bool]) -> list:
        """Return the authors of articles, by primary keys, whose names are wanted, without other fields."""
        rows = _authors_of.rows(self.model.objects, as_text(keys))
        return self._named_rows(row for row in rows if is_wanted(row[NAME]))

    def counts_for_articles(self, articles, number) -> list[tuple]:
        """Return (author, number of these articles), most articles first. articles: some primary keys."""
        counts = dict(_counts.rows(ArticleAuthor.objects, as_text(articles))[: 2 * number + 20])
        rows = _named.rows(self.model.objects, as_text(counts)) if counts else []
        found = [(author, counts[author.pk]) for author in self._named_rows(rows)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].folded_name))[:number]


@CompiledQuery
def _authors_of(authors, articles):
    linked = ArticleAuthor.objects.filter(article__in=listed_in(articles)).order_by().values("author")
    return authors.filter(pk__in=linked).order_by().values_list(*AuthorQuerySet.NAME_FIELDS)


@CompiledQuery
def _any_link(links, now):
    return links.published(now).order_by().values_list("pk")[:1]


@CompiledQuery
def _ends(authors, now, *keys):
    links = ArticleAuthor.objects.published(now).filter(author=OuterRef("pk")).order_by().values("author")
    rows = authors.filter(pk__in=keys).order_by().only("name", "slug", "bio")
    rows = rows.annotate(article_count=Coalesce(Subquery(links.values(n=Count("pk")).values("n")), 0))
    return with_related(rows, picture=IMAGE_FIELDS)


@CompiledQuery
def _counts(links, articles):
    # Not ordered by name, for which a database would read an author for each link.
    counted = (
        links.filter(article__in=listed_in(articles)).order_by().values("author").annotate(n=Count("pk"))
    )
    return counted.order_by("-n", "author").values_list("author", "n")


@CompiledQuery
def _named(authors, keys):
    return authors.filter(pk__in=listed_in(keys)).order_by().values_list(*AuthorQuerySet.NAME_FIELDS)


class Author(NamedModel):
    """An author as named in bylines. May be linked to a user of the admin."""

    bio = models.TextField(_("about the author"), blank=True)
    picture = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="picture_of", verbose_name=_("image")
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

    def follow_name(self, before):
        if before and before.name != self.name:
            search.refresh(self.articles)

    def get_absolute_url(self):
        return address_of("author_detail", self.slug)

    @property
    def description(self) -> str:
        """The description of the author's feed."""
        return self.bio

    @property
    def is_public(self) -> bool:
        """Whether readers see the author's page, now or once scheduled articles appear."""
        return self.article_links.exclude(listed_at=None).exists()

    @property
    def shown_links(self) -> list[tuple[str, str]]:
        """The links that readers see as (label, URL): the web site, then the others."""
        links = [(gettext("Web site"), self.url), *((link.label, link.address) for link in self.links.all())]
        return [link for link in links if is_outward(link[1])]  # rows saved without a form are not validated


class AuthorProposal(models.Model):
    """A change to a public author page, proposed by the author's own user. It waits for an Editor."""

    author = models.OneToOneField(Author, models.CASCADE, related_name="proposal")
    name = models.CharField(max_length=200)
    bio = models.TextField(blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()  # editors need the permission to change the author
        verbose_name = _("proposed change to an author")
        verbose_name_plural = _("proposed changes to authors")

    def __str__(self):
        return self.name


MAILTO = "mailto:"


def validate_outward_link(address: str) -> None:
    """Raise ValidationError unless this is an absolute https or http URL, or mailto: and an address."""
    try:
        if address.startswith(MAILTO):
            validate_email(address.removeprefix(MAILTO))
        else:
            URLValidator(["https", "http"])(address)
    except ValidationError:
        raise ValidationError(_("Enter a URL that begins with https://, http:// or mailto:.")) from None


class AuthorLink(OrderedModel):
    """A link on an author's page, such as a profile on another site or an e-mail address."""

    author = models.ForeignKey(Author, models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=100)
    address = models.CharField(_("URL"), max_length=ADDRESS_LENGTH, validators=[validate_outward_link])

    class Meta:
        ordering = ["position", "pk"]
        default_permissions = ()  # the permission to change an author includes its links
        verbose_name = _("author link")
        verbose_name_plural = _("author links")

    def __str__(self):
        return self.label

    def siblings(self):
        return self.author.links
