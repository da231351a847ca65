"""Forms of categories, authors and series."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.articles.names import Author, Category, folded
from blog.articles.series import Series
from blog.desk.forms import LABELS, MESSAGES, ExactAddress, ExactLine, ExactModelForm, ExactText
from blog.documents.slugs import slugify_name
from blog.site.slugs import free_slug


class CategoryForm(ExactModelForm):
    renew_slug = forms.BooleanField(
        label=_("Make a new address of the new name"),
        required=False,
        help_text=_("The old address leads to the new one."),
    )

    class Meta:
        model = Category
        fields = ("name", "slug", "description")
        labels = LABELS
        error_messages = MESSAGES
        field_classes = {"name": ExactLine, "description": ExactText}

    def clean_name(self):
        return _name_that_is_free(self, Category)

    def clean(self):
        super().clean()
        is_renamed = {"name", "slug"} & set(self.changed_data) == {"name"} and not self.errors
        if is_renamed and self.cleaned_data.get("renew_slug"):
            others = Category.objects.exclude(pk=self.instance.pk)
            self.cleaned_data["slug"] = free_slug(others, slugify_name(self.cleaned_data["name"]))
        return self.cleaned_data


class AuthorForm(ExactModelForm):
    class Meta:
        model = Author
        fields = ("name", "slug", "bio", "picture", "url", "user")
        labels = LABELS
        error_messages = MESSAGES
        field_classes = {"name": ExactLine, "bio": ExactText, "url": ExactAddress}

    def clean_name(self):
        return _name_that_is_free(self, Author)


class SeriesForm(ExactModelForm):
    class Meta:
        model = Series
        fields = ("name", "slug", "description")
        labels = LABELS
        error_messages = MESSAGES
        field_classes = {"name": ExactLine, "description": ExactText}

    def clean_name(self):
        return _name_that_is_free(self, Series)


def _name_that_is_free(form, model):
    """Return the name, or raise ValidationError if another row has it as its name or alias."""
    name = form.cleaned_data["name"]
    other = model.objects.named(name).exclude(pk=form.instance.pk).first()
    if other and other.folded_name != folded(name):
        raise forms.ValidationError(
            _("This is another name of “%(other)s”, which was renamed or merged. Take it away there first."),
            code="taken",
            params={"other": other},
        )
    if other:
        raise forms.ValidationError(
            _("“%(other)s” is the same name: case and punctuation make no difference."),
            code="taken",
            params={"other": other},
        )
    return name
