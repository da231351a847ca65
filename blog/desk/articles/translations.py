"""The field of the edit page that makes an article a translation of another one."""

from urllib.parse import unquote, urlsplit

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.articles.models import Article
from blog.articles.translations import language_tag, name_of_language
from blog.desk.forms import ExactLine, ExactModelForm

LONGEST_URL = 2000


class TranslationForm(ExactModelForm):
    """The field for the group of an article's translations."""

    translation_of = ExactLine(
        label=_("Translation of"),
        required=False,
        max_length=LONGEST_URL,
        help_text=_(
            "The slug or URL of the same article in another language. The pages of translations link to each "
            "other."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = self.instance.other_translations()
        self.initial["translation_of"] = others[0].slug if others else ""
        if others and "translation_of" in self.fields:
            shown = ", ".join(
                f"{name_of_language(language_tag(each.language))} ({each.slug})" for each in others
            )
            field = self.fields["translation_of"]
            field.help_text = format_lazy(
                "{} {}", field.help_text, gettext("Now: %(others)s.") % {"others": shown}
            )

    def clean(self):
        super().clean()
        self.other_language = None
        if "translation_of" in self.changed_data and (wanted := self.cleaned_data.get("translation_of")):
            self.other_language = self._find(wanted)
        return self.cleaned_data

    def _find(self, wanted):
        """Return the article with this slug or URL. Add an error if it cannot be a translation."""
        slug = unquote(urlsplit(wanted).path).rstrip("/").rpartition("/")[2]
        other = Article.objects.in_use().filter(slug=slug).exclude(pk=self.instance.pk).first()
        if other is None:
            self.add_error("translation_of", _("There is no other article with this slug."))
            return None
        own = language_tag(self.cleaned_data.get("language", self.instance.language)).lower()
        others = (other, *other.other_translations())
        if any(language_tag(each.language).lower() == own for each in others if each.pk != self.instance.pk):
            self.add_error(
                "translation_of", _("That article, or a translation of it, has the same language.")
            )
        return other

    def store_translation(self) -> str:
        """Store the group if it was changed, and return what was changed, for the history."""
        if "translation_of" not in self.changed_data:
            return ""
        self.instance.set_translation_group(self.other_language)
        if self.other_language is None:
            return gettext("No longer a translation of another article.")
        return gettext("Translation of “%(title)s”.") % {"title": self.other_language.title}
