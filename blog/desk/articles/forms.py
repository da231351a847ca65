"""The forms of articles, pages (TextForm), translations and bulk changes of provenance.

TextForm rejects a save that would overwrite another save. concurrent_saves.py merges the two first.
"""

from urllib.parse import unquote, urlsplit

from django import forms
from django.core.validators import RegexValidator
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markdownx.widgets import MarkdownxWidget

from blog.articles.dates import zone_name
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.models import Article
from blog.articles.provenance import MACHINE_LENGTH, Provenance, WrittenBy
from blog.articles.translations import language_tag, name_of_language
from blog.desk.articles.images import HERO_FIELDS, CreditLine, PicturesForm
from blog.desk.forms import LABELS, MESSAGES, BodyText, ExactLine, ExactModelForm, ExactText, KeywordsField
from blog.documents.fields.dates import YEARS
from blog.documents.text import is_empty
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images.files import image_too_large
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.site.text_model import asked_images

REASON_LENGTH = 1000
MODEL_WITHOUT_AI = _("You named an AI model, but “Written by” is not set to AI.")
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


def reason_field(**options) -> forms.Field:
    return ExactLine(
        max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"class": "vTextField"}), **options
    )


def choices_for(article) -> list[tuple[str, str]]:
    """Return the choices of who wrote an article. The first one names what its file states."""
    return [(Provenance.FILE, _file_label(article)), *Provenance.choices[1:]]


def _file_label(article):
    if getattr(article, "source_file", None) is None:
        return _with_name(_("As first stated"), article) if article.generated_by else _("Not specified")
    if not article.generated_by:
        return _("As stated in the file: nothing")
    return _with_name(Provenance.FILE.label, article)


def _with_name(label, article):
    return f"{label}: {article.generated_by}"


class AttributionForm(forms.Form):
    """The form that sets who wrote several articles, with the reason."""

    provenance = forms.ChoiceField(
        label=_("Who wrote them?"),
        choices=[
            (Provenance.FILE, _("As stated in each file")),
            (Provenance.MACHINE, _("AI: readers see a label")),
            (Provenance.PEOPLE, _("People: no label")),
        ],
        widget=forms.RadioSelect,
    )
    machine = forms.CharField(label=_("AI model, if any"), max_length=MACHINE_LENGTH, required=False)
    reason = reason_field(label=_("Reason"), help_text=_("Saved in the history of each article."))

    def clean(self):
        super().clean()
        machine = self.cleaned_data.get("machine")
        if machine and self.cleaned_data.get("provenance") in (Provenance.FILE, Provenance.PEOPLE):
            self.add_error("machine", MODEL_WITHOUT_AI)
        return self.cleaned_data

    @property
    def written_by(self) -> WrittenBy:
        return WrittenBy(self.cleaned_data["provenance"], self.cleaned_data["machine"])


EDITOR_HELP = _(
    "Markdown. Paste or drop images into the text to add them. Press Esc, then Tab, to leave the text; "
    "Ctrl+S to save."
)
NOTE_LENGTH = 500
LANGUAGE_TAG = RegexValidator(
    r"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", _("Give a language tag, such as en or pt-BR.")
)
STALE = _(
    "Someone else saved this after you opened it. Your text is not saved yet. Save again to merge both "
    "versions; you will be asked about any conflicts."
)


class EditorWidget(MarkdownxWidget):
    """The Markdown editor with its preview."""

    article_pk = None

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        attributes = context["widget"]["attrs"]
        attributes["data-markdownx-editor-resizable"] = (
            "False"  # the style sheet gives both columns the same height
        )
        if self.article_pk:
            attributes["data-markdownx-urls-path"] += "?" + urlencode({"article": self.article_pk})
        return context | {"largest_image": MAX_IMAGE_BYTES, "image_too_large": image_too_large()}


class TextForm(ExactModelForm):
    """The form of an article or page.

    Invalid if saving would overwrite a save made since the form was opened, or if the body exceeds the
    limits of rendering. Callers pass `rendering` to save().
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    opened = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    opened_from = ""  # initial value of `opened`, set and read by blog/desk/comparison/concurrent_saves.py

    rendering = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.edited = [name for name in self.fields if name not in self.declared_fields]
        self.initial["version"] = self.instance.lock_version
        self.initial["opened"] = self.data.get(
            "opened", self.opened_from
        )  # so that it never counts as changed
        if "body" in self.fields:  # not in a read-only form
            self.fields["language"].validators.append(LANGUAGE_TAG)

    def clean(self):
        super().clean()
        if self.instance.pk:
            rows = type(self.instance).objects.select_for_update(no_key=True).filter(pk=self.instance.pk)
            stored = rows.values_list("lock_version", flat=True).first()
            # The instance was read without a lock, possibly before another save: check its version as well.
            if stored and not stored == self.instance.lock_version == self.cleaned_data.get("version"):
                raise forms.ValidationError(STALE, code="stale")
        return self.cleaned_data

    def _post_clean(self):
        super()._post_clean()
        if not self.errors and "body" in self.fields:
            self._render()

    def _render(self):
        """Render the body once. Add an error if it exceeds the limits, or would be empty for readers."""
        try:
            self.rendering = self.instance.render()
        except RefusedError as error:
            self.add_error("body", text_refusal(error))
            return
        was_empty = (
            self.was_published and "body" not in self.changed_data and is_empty(self.instance.body_html)
        )
        if self.is_for_readers and is_empty(self.rendering.html) and not was_empty:
            self.add_error("body", self.EMPTY)


UNREVIEWED = _(
    "This article is AI-written and this version is not approved. Save it, approve it, then publish it."
)


class ArticleForm(PicturesForm, TranslationForm, TextForm):
    EMPTY = _("A published article cannot be empty. Add text or an image, or unpublish it first.")
    publishes = False  # set by the admin if saving is followed by publishing
    asks_who_wrote = False  # set by the admin if the user cannot change it later

    provenance_reason = reason_field(
        label=_("Reason"),
        required=False,
        help_text=_(
            "Required if you change who wrote the article, because that changes its AI label. Saved in the "
            "history."
        ),
    )
    note = ExactLine(
        label=_("Note for the history"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("What changed, or why. Optional."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Article
        fields = (
            *("title", "slug", "body", "excerpt", "meta_description", "share_quote", "primary_category"),
            *(*HERO_FIELDS, "published_at", "is_featured", "is_trending"),
            *("series", "series_part", "keywords", "translators", "language", "provenance", "machine"),
        )
        labels = LABELS | {
            "hero_alt": _("Alt text"),
            "hero_is_decorative": _("Decorative (no alt text)"),
            "hero_credit": _("Credit"),
            "provenance": _("Written by"),
            "machine": _("AI model, if any"),
        }
        error_messages = MESSAGES
        field_classes = {
            **dict.fromkeys(["title", "language", "machine"], ExactLine),
            "body": BodyText,
            **dict.fromkeys(["excerpt", "meta_description", "share_quote"], ExactText),
            **dict.fromkeys(["keywords", "translators"], KeywordsField),
            "hero_alt": ExactText,
            "hero_credit": CreditLine,
        }
        widgets = {
            "body": EditorWidget(attrs={"class": "vLargeTextField"}),
            **dict.fromkeys(
                ["excerpt", "meta_description", "share_quote"],
                forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            ),
            "hero_alt": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "hero_credit": forms.TextInput(attrs={"class": "vTextField"}),
        }
        help_texts = {
            **dict.fromkeys(["keywords", "translators"], _("One per line.")),
            "hero_alt": _(
                "Describes the image for people who cannot see it. Leave blank to use the image's own "
                "alt text."
            ),
            "hero_credit": _("A name, or a line such as “Photo by [name](URL) on a source”."),
            "body": EDITOR_HELP,
            "published_at": _(
                "The date readers see. Leave blank to use the time of publication, or set a future date to "
                "schedule."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].widget.article_pk = self.instance.pk
        if "published_at" in self.fields:
            field = self.fields["published_at"]
            zone = gettext("Time zone: %(zone)s.") % {"zone": zone_name()}
            field.help_text = format_lazy("{} {}", field.help_text, zone)
        if "provenance" in self.fields:
            field = self.fields["provenance"]
            field.choices = choices_for(self.instance)
            if self.asks_who_wrote:
                field.choices = [("", _("Choose…")), *Provenance.choices[1:]]
                field.error_messages["required"] = _("Say who wrote the article.")
                self.initial["provenance"] = ""

    def _post_clean(self):
        super()._post_clean()
        if self.publishes and not self.was_published and self.rendering and self._lacks_review():
            self.add_error(None, UNREVIEWED)

    def _lacks_review(self):
        """Whether the typed content needs an approval before it can be published."""
        self.instance.image_addresses = asked_images(self.rendering)
        self.instance.digest_words()
        return self.instance.lacks_review

    def clean_published_at(self):
        """Reject dates near the limits of datetime, which cannot be converted to another time zone."""
        moment = self.cleaned_data["published_at"]
        if moment and moment.year not in YEARS:
            raise forms.ValidationError(
                _("Give a year from %(first)d to %(last)d."),
                params={"first": YEARS.start, "last": YEARS.stop - 1},
            )
        return moment

    def clean(self):
        super().clean()
        lacks_date = "published_at" in self.cleaned_data and not self.cleaned_data["published_at"]
        if lacks_date and self.instance.status == Article.Status.PUBLISHED:
            self.add_error(
                "published_at",
                _("A published article must have a date. Unpublish it first to remove the date."),
            )
        if "series_part" in self.changed_data and not self.cleaned_data.get("series"):
            self.add_error("series_part", _("Choose the series this part belongs to."))
        if "provenance" in self.fields:
            self._check_provenance()
        for name in {*SUGGESTION_FIELDS} & {*self.changed_data}:
            setattr(self.instance, SUGGESTION_FIELDS[name], False)  # an editor has confirmed or changed it
        return self.cleaned_data

    def _check_provenance(self):
        if self.cleaned_data.get("provenance") != Provenance.MACHINE:
            if "machine" in self.changed_data and self.cleaned_data.get("machine"):
                self.add_error("machine", MODEL_WITHOUT_AI)
            self.cleaned_data["machine"] = ""
        if self.changes_provenance and not self.cleaned_data.get("provenance_reason"):
            self.add_error("provenance_reason", _("Give the reason for changing who wrote this article."))

    @property
    def was_published(self) -> bool:
        return self.instance.status == Article.Status.PUBLISHED

    @property
    def is_for_readers(self) -> bool:
        """Whether saving this form makes the text visible to readers, now or at its date."""
        return self.was_published or self.publishes

    @property
    def changes_provenance(self) -> bool:
        """Whether the form changes who wrote a stored article."""
        return bool(self.instance.pk) and not {"provenance", "machine"}.isdisjoint(self.changed_data)
