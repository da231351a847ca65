"""Forms of articles, of pages (TextForm), and of provenance for many articles.

TextForm rejects a save that would overwrite another save. concurrent_saves.py merges the two before that.
"""

from django import forms
from django.core.validators import RegexValidator
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markdownx.widgets import MarkdownxWidget

from blog.articles.dates import zone_name
from blog.articles.flags import HINTS
from blog.articles.models import Article
from blog.articles.provenance import MACHINE_LENGTH, Provenance, WrittenBy
from blog.desk.articles.images import HERO_FIELDS, CreditLine, PicturesForm
from blog.desk.forms import LABELS, MESSAGES, BodyText, ExactLine, ExactModelForm, ExactText, KeywordsField
from blog.documents.fields.dates import YEARS
from blog.documents.text import is_empty
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.site.text_model import asked_images

REASON_LENGTH = 1000
NO_MACHINE = _("A machine's name is given, but a machine is not said to have written it.")


def reason_field(**options) -> forms.Field:
    return ExactLine(
        max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"class": "vTextField"}), **options
    )


def choices_for(article) -> list[tuple[str, str]]:
    """Return the choices of who wrote an article, the first of which says what its file says."""
    return [(Provenance.FILE, _as_its_file_says(article)), *Provenance.choices[1:]]


def _as_its_file_says(article):
    if getattr(article, "source_file", None) is None:
        return _("Not said") if not article.generated_by else _said(_("As was said first"), article)
    return _said(Provenance.FILE.label, article) if article.generated_by else _("As the file says: nothing")


def _said(words, article):
    return f"{words}: {article.generated_by}"


class AttributionForm(forms.Form):
    """Who wrote several articles, and why that is said now."""

    provenance = forms.ChoiceField(
        label=_("Who wrote them?"),
        choices=[
            (Provenance.FILE, _("As each file says")),
            (Provenance.MACHINE, _("A machine: readers see a label")),
            (Provenance.PEOPLE, _("People: no label")),
        ],
        widget=forms.RadioSelect,
    )
    machine = forms.CharField(
        label=_("Name of the machine, if it was one"), max_length=MACHINE_LENGTH, required=False
    )
    reason = reason_field(label=_("Reason"), help_text=_("The history of each article keeps it."))

    def clean(self):
        super().clean()
        machine = self.cleaned_data.get("machine")
        if machine and self.cleaned_data.get("provenance") in (Provenance.FILE, Provenance.PEOPLE):
            self.add_error("machine", NO_MACHINE)
        return self.cleaned_data

    @property
    def written_by(self) -> WrittenBy:
        return WrittenBy(self.cleaned_data["provenance"], self.cleaned_data["machine"])


EDITOR_HELP = _(
    "Markdown. Drop a picture into the text to add it. Esc, then Tab, leaves the text; Ctrl+S saves."
)
NOTE_LENGTH = 500
LANGUAGE_TAG = RegexValidator(
    r"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", _("Give a language tag, such as en or pt-BR.")
)


STALE = _(
    "Somebody else saved this after you opened it. Your text is not saved yet: saving it joins what fits "
    "together, and asks you about the rest."
)


class EditorWidget(MarkdownxWidget):
    """The Markdown editor with its preview."""

    article_pk = None

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        attributes = context["widget"]["attrs"]
        attributes["data-markdownx-editor-resizable"] = (
            "False"  # The style sheet gives both columns one height.
        )
        if self.article_pk:
            attributes["data-markdownx-urls-path"] += "?" + urlencode({"article": self.article_pk})
        return context


class TextForm(ExactModelForm):
    """The form of a text. It is invalid if saving would overwrite what somebody else has saved since.

    It is also invalid if the text takes too much to render. Callers pass its rendering to save().
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    opened = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    opened_from = (
        ""  # the initial value of that, which blog/desk/comparison/concurrent_saves.py gives and reads
    )

    rendering = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.edited = [name for name in self.fields if name not in self.declared_fields]
        self.initial["version"] = self.instance.lock_version
        self.initial["opened"] = self.data.get("opened", self.opened_from)  # never a change of its own
        if "body" in self.fields:  # not in a read-only form
            self.fields["language"].validators.append(LANGUAGE_TAG)

    def clean(self):
        super().clean()
        if self.instance.pk:
            self._refuse_stale_save()
        return self.cleaned_data

    def _post_clean(self):
        super()._post_clean()
        if not self.errors and "body" in self.fields:
            self._render()

    def _render(self):
        """Render the text once; add an error if it takes too much or shows readers nothing."""
        try:
            self.rendering = self.instance.render()
        except RefusedError as error:
            self.add_error("body", text_refusal(error))
            return
        may_stay = (
            self.was_published and "body" not in self.changed_data and is_empty(self.instance.body_html)
        )
        if self.is_for_readers and is_empty(self.rendering.html) and not may_stay:
            self.add_error("body", self.EMPTY)

    def _refuse_stale_save(self):
        rows = type(self.instance).objects.select_for_update().filter(pk=self.instance.pk)
        stored = rows.values_list("lock_version", flat=True).first()
        # The row is locked only here: the instance may have been read before another save.
        if stored and not stored == self.instance.lock_version == self.cleaned_data.get("version"):
            raise forms.ValidationError(STALE, code="stale")


UNREVIEWED = _(
    "A machine wrote this text, and nobody has approved this version. Save it, approve it, then publish it."
)


class ArticleForm(PicturesForm, TextForm):
    EMPTY = _("Readers would see nothing of this: a published article has a text.")
    publishes = False  # set by the admin if saving is followed by publishing

    provenance_reason = reason_field(
        label=_("Reason"),
        required=False,
        help_text=_(
            "Needed only when it changes who wrote the text, and so the label. The history keeps it."
        ),
    )
    note = ExactLine(
        label=_("Note for the history"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("What was changed, or why. May stay empty."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Article
        fields = (
            *("title", "slug", "body", "excerpt", "meta_description", "share_quote", "primary_category"),
            *(*HERO_FIELDS, "published_at", "is_featured", "is_trending"),
            *("series", "series_part", "keywords", "language", "provenance", "machine"),
        )
        labels = LABELS | {
            "hero_alt": _("What is to be seen"),
            "hero_is_decorative": _("Decorative: nothing to describe"),
            "hero_credit": _("Credit"),
            "provenance": _("Who wrote it"),
            "machine": _("Name of the machine, if it was one"),
        }
        error_messages = MESSAGES
        field_classes = {
            **dict.fromkeys(["title", "language", "machine"], ExactLine),
            "body": BodyText,
            **dict.fromkeys(["excerpt", "meta_description", "share_quote"], ExactText),
            "keywords": KeywordsField,
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
            "keywords": _("One a line."),
            "hero_alt": _("For those who do not see the picture. Empty: as the picture itself says."),
            "hero_credit": _("A name, or a line such as “Photo by [name](address) on a source”."),
            "body": EDITOR_HELP,
            "published_at": _(
                "The date that readers see. Empty: when it is published. Later: it waits for it."
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
            self.fields["provenance"].choices = choices_for(self.instance)

    def _post_clean(self):
        super()._post_clean()
        if self.publishes and not self.was_published and self.rendering and self._lacks_review():
            self.add_error(None, UNREVIEWED)

    def _lacks_review(self):
        """Whether the words as they were typed need an approval before they are published."""
        self.instance.image_addresses = asked_images(self.rendering)
        self.instance.digest_words()
        return self.instance.lacks_review

    def clean_published_at(self):
        """Refuse dates near the limits of datetime, which could not be converted to another time zone."""
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
            self.add_error("published_at", _("A published article has a date. Unpublish it first."))
        if "series_part" in self.changed_data and not self.cleaned_data.get("series"):
            self.add_error("series_part", _("Choose the series of which it is a part."))
        if "provenance" in self.fields:
            self._check_provenance()
        for name in {*HINTS} & {*self.changed_data}:
            setattr(self.instance, HINTS[name], False)  # an editor's flag from now on
        return self.cleaned_data

    def _check_provenance(self):
        if self.cleaned_data.get("provenance") != Provenance.MACHINE:
            if "machine" in self.changed_data and self.cleaned_data.get("machine"):
                self.add_error("machine", NO_MACHINE)
            self.cleaned_data["machine"] = ""
        if self.changes_provenance and not self.cleaned_data.get("provenance_reason"):
            self.add_error(
                "provenance_reason", _("Say why somebody else wrote the text than was said before.")
            )

    @property
    def was_published(self) -> bool:
        return self.instance.status == Article.Status.PUBLISHED

    @property
    def is_for_readers(self) -> bool:
        """Whether readers will see the text, now or at its date, once this form is saved."""
        return self.was_published or self.publishes

    @property
    def changes_provenance(self) -> bool:
        """Whether it changes who wrote a stored article."""
        return bool(self.instance.pk) and not {"provenance", "machine"}.isdisjoint(self.changed_data)
