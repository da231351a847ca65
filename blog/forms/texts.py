"""Forms of articles and plain pages."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import RegexValidator
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markdownx.widgets import MarkdownxWidget

from blog.documents import is_empty
from blog.documents.fields.dates import YEARS
from blog.editing import changed_elsewhere, changed_here, read_start, start_of
from blog.forms.fields import LABELS, MESSAGES, ExactLine, ExactModelForm, ExactText, LinesField
from blog.forms.pictures import HERO_FIELDS, CreditLine, PicturesForm
from blog.models import Article, Page
from blog.refusals import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.scheduling import zone_name

EDITOR_HELP = _(
    "Markdown. Drop a picture into the text to add it. Esc, then Tab, leaves the text; Ctrl+S saves."
)
LANGUAGE_TAG = RegexValidator(
    r"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", _("Give a language tag, such as en or pt-BR.")
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
    # The version that the editor has seen and wants to overwrite; shown only after a conflict.
    replaced_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    started_from = forms.CharField(widget=forms.HiddenInput, required=False)  # see blog/editing.py

    rendering = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.edited = [name for name in self.fields if name not in self.declared_fields]
        self.initial["version"] = self.instance.version
        self.initial["started_from"] = lambda: start_of(self, self.edited)
        if "body" in self.fields:  # not in a read-only form
            self.fields["language"].validators.append(LANGUAGE_TAG)

    @cached_property
    def stored(self):
        """The stored row, locked until the end of the transaction."""
        rows = type(self.instance).objects.select_for_update().only("version")
        return rows.filter(pk=self.instance.pk).first()

    def clean(self):
        super().clean()
        if self.instance.pk:
            self._refuse_stale_save()
            self._leave_what_was_left()
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

    @property
    def conflict(self) -> int | None:
        """The stored version with which this form conflicts, which the template offers to overwrite."""
        return self.stored.version if self.has_error(NON_FIELD_ERRORS, "stale") else None

    @property
    def fields_in_conflict(self) -> list[str]:
        """The labels of the fields that both editors changed, which saving this form would overwrite."""
        start = self._start
        both = changed_here(self, start, self.edited) & changed_elsewhere(self, start, self.edited)
        return [self.fields[name].label for name in self.edited if name in both]

    def stored_value(self, name):
        """Return the value of a field as it is stored."""
        return getattr(self.instance, name)

    @property
    def _start(self):
        return read_start(self["started_from"].data or "")

    def _leave_what_was_left(self):
        """Take over what somebody else saved since into the fields that this editor did not change."""
        mine = changed_here(self, self._start, self.edited)
        for name in self.edited:
            if name not in mine:
                self.cleaned_data[name] = self.stored_value(name)
                self.errors.pop(name, None)
        self.changed_data[:] = [name for name in self.changed_data if name in mine]

    def _refuse_stale_save(self):
        seen = {self.cleaned_data.get("version"), self.cleaned_data.get("replaced_version")}
        # The row was locked only here: the admin may have read the instance before another save.
        if self.stored and (self.stored.version not in seen or self.stored.version != self.instance.version):
            raise forms.ValidationError(
                _("Somebody else saved this after you opened it. Your text is not saved yet."),
                code="stale",
            )


class ArticleForm(PicturesForm, TextForm):
    EMPTY = _("Readers would see nothing of this: a published article has a text.")
    publishes = False  # set by the admin if saving is followed by publishing

    provenance_reason = ExactLine(
        label=_("Reason for another “generated by”"),
        required=False,
        max_length=1000,
        help_text=_("Needed only when that changes: it decides on the label. The history keeps it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Article
        fields = (
            *("title", "slug", "body", "excerpt", "meta_description", "share_quote", "primary_category"),
            *(*HERO_FIELDS, "published_at", "is_featured", "is_trending"),
            *("keywords", "language", "generated_by"),
        )
        labels = LABELS | {
            "hero_alt": _("What is to be seen"),
            "hero_is_decorative": _("Decorative: nothing to describe"),
            "hero_credit": _("Credit"),
        }
        error_messages = MESSAGES
        field_classes = {
            **dict.fromkeys(["title", "language", "generated_by"], ExactLine),
            **dict.fromkeys(["body", "excerpt", "meta_description", "share_quote"], ExactText),
            "keywords": LinesField,
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
        if self.changes_provenance and not self.cleaned_data.get("provenance_reason"):
            self.add_error(
                "provenance_reason", _("Say why somebody else wrote the text than was said before.")
            )
        return self.cleaned_data

    @property
    def was_published(self) -> bool:
        return self.instance.status == Article.Status.PUBLISHED

    @property
    def is_for_readers(self) -> bool:
        """Whether readers will see the text, now or at its date, once this form is saved."""
        return self.was_published or self.publishes

    @property
    def changes_provenance(self) -> bool:
        """Whether *Generated by* of a stored article changes."""
        return bool(self.instance.pk) and "generated_by" in self.changed_data


class PageForm(TextForm):
    EMPTY = _("Readers would see nothing of this: a published page has a text.")

    class Meta:
        model = Page
        fields = ("title", "slug", "body", "meta_description", "language", "is_published")
        labels = LABELS
        error_messages = MESSAGES
        field_classes = {
            **dict.fromkeys(["title", "language"], ExactLine),
            **dict.fromkeys(["body", "meta_description"], ExactText),
        }
        widgets = {
            "body": EditorWidget(attrs={"class": "vLargeTextField"}),
            "meta_description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }
        help_texts = {"body": EDITOR_HELP}

    @property
    def was_published(self) -> bool:
        return "is_published" not in self.changed_data

    @property
    def is_for_readers(self) -> bool:
        return bool(self.cleaned_data.get("is_published"))
