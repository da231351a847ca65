"""The inline rows of an article: categories and authors.

A row may also name a new category or author, which the save creates. NamedRows adds rows by name in
browsers without JavaScript.
"""

import re
from itertools import islice

from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.desk.base import AdminPart, OwnedInline, SafeAutocompleteSelect
from blog.desk.forms import MOST_ROWS, NEW, LinkForm, LinkFormSet, NamedChoice
from blog.images.models import Image

IMAGES_OFFERED = 50
NAMED = {"category_links": ("category", Category), "author_links": ("author", Author)}


class NamedRows(AdminPart):
    """Add a row to the inline formsets for each typed name, as the script does for a choice."""

    def prepare(self, request, key):
        for prefix in NAMED:
            self._add_named(request, prefix)

    def _add_named(self, request, prefix):
        names = _names(request.POST.get(f"_named_{prefix}", ""))
        number = request.POST.get(f"{prefix}-TOTAL_FORMS", "")
        if not names or not re.fullmatch("[0-9]{1,4}", number):
            return
        field, model = NAMED[prefix]
        data = request.POST.copy()
        rows = [row for name in names if (row := self._named(request, model, name))]
        for place, row in enumerate(rows, start=int(number)):
            data[f"{prefix}-{place}-{field}"] = row
            if field == "category":
                data[f"{prefix}-{place}-level"] = str(Category.Level.PLAIN.value)
        data[f"{prefix}-TOTAL_FORMS"] = str(int(number) + len(rows))
        data[f"_named_{prefix}"] = ""
        request.POST = data

    def _named(self, request, model, name):
        """Return the value of the row's field, or None."""
        row = model.objects.named(name).first()
        if row:
            return str(row.pk)
        if "_create_named" in request.POST:
            return NEW + name
        messages.warning(request, _("There is no “%s” here, so it was not added.") % name)
        return None

    def form_context(self, request, row):
        user = request.user
        return {"may_create_named": any(may_create(user, model) for _field, model in NAMED.values())}


def _names(lines):
    """Return the typed names: at most one more than an article may have, which LinkFormSet rejects."""
    names = (name for line in lines.replace("\0", "").splitlines() if (name := line.strip()))
    return list(islice(names, MOST_ROWS + 1))


def offered_images(article):
    """Return the newest images, without the article's hero image, for a <select> without JavaScript."""
    images = Image.objects.order_by("-pk")
    if article and article.hero_image_id:
        images = images.exclude(pk=article.hero_image_id)
    return images[:IMAGES_OFFERED]


class NamedSelect(SafeAutocompleteSelect):
    """An autocomplete widget of a NamedChoice, which keeps showing new names when the form has errors."""

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        for key in value:
            if str(key).startswith(NEW):
                options = groups[0][1]
                options.append(
                    self.create_option(name, key, key.removeprefix(NEW), selected=True, index=len(options))
                )
        return groups


def may_create(user, model) -> bool:
    return user.has_perm(f"{model._meta.app_label}.{get_permission_codename('add', model._meta)}")


class LinkInline(OwnedInline):
    """An inline of an article, with the permissions on the article."""

    form = LinkForm
    formset = LinkFormSet

    def has_change_permission(self, request, obj=None):
        may_add = obj is None and self._parent_admin.has_add_permission(request)
        return may_add or super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name not in self.autocomplete_fields:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        widget = NamedSelect(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(
            db_field, request, **kwargs | {"form_class": NamedChoice, "widget": widget}
        )
        field.may_create = may_create(request.user, db_field.related_model)
        if field.may_create:
            field.widget.attrs["data-new"] = NEW  # for static/js/admin-tokens.js
        return field


class ArticleCategoryInline(LinkInline):
    model = ArticleCategory
    verbose_name = gettext_lazy("category")
    verbose_name_plural = gettext_lazy("categories")
    fields = ("category", "level")
    autocomplete_fields = ("category",)


class ArticleAuthorInline(LinkInline):
    model = ArticleAuthor
    verbose_name = gettext_lazy("author")
    verbose_name_plural = gettext_lazy("authors")
    fields = ("author",)
    autocomplete_fields = ("author",)
