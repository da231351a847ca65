"""Rows that files call by name: categories and authors."""

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.documents import slugify_name
from blog.models.addresses import address_of
from blog.models.counts import CategoryCountQuerySet
from blog.models.querysets import CategoryQuerySet, NamedQuerySet, folded
from blog.models.redirect import Redirect
from blog.models.slugs import SlugField, free_slug


class NamedModel(models.Model):
    """A row that files call by name: two spellings that differ in case or punctuation are one row."""

    name = models.CharField(_("name"), max_length=200)
    slug = SlugField(_("slug"), blank=True)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.folded_name = folded(self.name)
        self.slug = self.slug or free_slug(type(self).objects, slugify_name(self.name))
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if not is_new:  # what no article holds yet is on no page
            transaction.on_commit(page_cache.invalidate)

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(page_cache.invalidate)
        return deleted

    def natural_key(self):
        return (self.folded_name,)


class Category(NamedModel):
    """A category. Its place among broader and narrower categories follows from the articles, not from a tree."""

    class Level(models.IntegerChoices):
        """Where a category stands in one article; one category may stand at several levels in different files."""

        EXACT = 0, _("exact")
        GENERAL = 1, _("general")
        MEDIUM = 2, _("medium")
        SPECIFIC = 3, _("specific")
        NICHE = 4, _("niche")
        PLAIN = 9, _("no level")

    # The steps of the trail, broad to narrow. The exact category is the article's label, not a step.
    TRAIL_LEVELS = (Level.GENERAL, Level.MEDIUM, Level.SPECIFIC, Level.NICHE)

    description = models.TextField(_("description"), blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def save(self, *args, **kwargs):
        with transaction.atomic():
            before = Category.objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            # Its own name goes before the same one as another name, of whichever category.
            CategoryAlias.objects.filter(folded_name=self.folded_name).delete()
            if before and before.folded_name != self.folded_name:
                self.also_known_as(before)
            if before and before.slug != self.slug:
                Redirect.objects.moved(before, self)

    def get_absolute_url(self):
        return address_of("category_detail", self.slug)

    def also_known_as(self, former) -> None:
        """Remember a name that this category had, or one that was merged into it: files may still say it."""
        self.aliases.create(name=former.name, folded_name=former.folded_name)


class CategoryAlias(models.Model):
    """Another name of a category: files that say it mean the category. No category has it as its own."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("other name")
        verbose_name_plural = _("other names, which files may still say")

    def __str__(self):
        return self.name


class CategoryCount(models.Model):
    """How many published articles hold a category, also those whose time has not come (counts.py)."""

    NAMES = ("articles", "general", "broad")

    category = models.ForeignKey(Category, models.CASCADE, related_name="counts")
    articles = models.IntegerField(default=0)
    general = models.IntegerField(default=0)  # those in which it is the general category
    broad = models.IntegerField(
        default=0
    )  # those in which it may be: the general category, or one without a level

    objects = CategoryCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.category_id}: {self.articles}"

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in self.NAMES)

    def add(self, other) -> None:
        for name in self.NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Author(NamedModel):
    """Who signs articles; may be a user of the admin."""

    bio = models.TextField(_("about the author"), blank=True)
    url = models.URLField(_("web site"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("user"),
    )

    objects = NamedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def save(self, *args, **kwargs):
        with transaction.atomic():
            before = Author.objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            if before and before.slug != self.slug:
                Redirect.objects.moved(before, self)

    def get_absolute_url(self):
        return address_of("author_detail", self.slug)
