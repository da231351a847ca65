"""Forms of categories, authors and series."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.articles.authors import Author
from blog.articles.names import folded
from blog.desk.forms import LABELS, MESSAGES, ExactAddress, ExactLine, ExactModelForm, ExactText


class AuthorForm(ExactModelForm):
    class Meta:
        model = Author
        fields = ("name", "slug", "bio", "picture", "url", "user")
        labels = LABELS
        error_messages = MESSAGES
        field_classes = {"name": ExactLine, "bio": ExactText, "url": ExactAddress}

    def clean_name(self):
        return name_that_is_free(self, Author)


def name_that_is_free(form, model):
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
