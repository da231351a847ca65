"""The editor's forms. What comes back as the browser was shown it stays as it is stored, to the last byte."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import RegexValidator, URLValidator
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markdownx.widgets import MarkdownxWidget

from blog.documents import check_image_address, is_empty, is_public_image, slugify_name
from blog.documents.fields.dates import YEARS
from blog.editing import changed_elsewhere, changed_here, read_start, start_of
from blog.media.images import ImageError, store_file
from blog.models import Article, Author, Category, Image, Page, Redirect, SiteIdentity, free_slug
from blog.models.image import ADDRESS_LENGTH, image_of
from blog.models.querysets import folded
from blog.redirecting import RedirectError, clean_path, live_pages
from blog.refusals import text_refusal
from blog.sandbox.images import MAX_BYTES
from blog.sandbox.refusals import RefusedError
from blog.scheduling import zone_name

EDITOR_HELP = _("Markdown. Drop a picture into the text to add it. Esc, then Tab, leaves the text.")
IMAGE_TYPES = {"accept": "image/jpeg,image/png,image/gif,image/webp,image/avif"}
MAX_TEXT_BYTES = 2_000_000  # as for a file of the importer
LANGUAGE_TAG = RegexValidator(
    r"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", _("Give a language tag, such as en or pt-BR.")
)


class ExactField:
    """A field of text that is unchanged when it comes back as the browser had to show it.

    Browsers turn every line end of a text area into CRLF, and drop line ends from a field of one line.
    """

    def to_python(self, value):
        return super().to_python(_with_plain_line_ends(value))

    def has_changed(self, initial, data):
        return not self.disabled and self.as_shown(self.prepare_value(initial)) != self.as_shown(data)

    def as_shown(self, value):
        text = _with_plain_line_ends(value or "")
        return text if isinstance(self.widget, forms.Textarea) else text.replace("\n", "").strip()


def _with_plain_line_ends(value):
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class ExactText(ExactField, forms.CharField):
    """Several lines, whose spaces and blank lines count."""

    def __init__(self, **options):
        super().__init__(**{"widget": forms.Textarea, "strip": False, **options})


class ExactLine(ExactField, forms.CharField):
    """One line; spaces at its ends go when somebody edits it."""


class ExactAddress(ExactField, forms.URLField):
    """The address of a page, left alone as long as nobody edits it."""


class LinesField(ExactField, forms.CharField):
    """A list of words, one a line: a comma may be part of a word."""

    def __init__(self, *, encoder=None, decoder=None, **options):
        options |= {"widget": forms.Textarea(attrs={"rows": 4}), "show_hidden_initial": False}
        super().__init__(**options)

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value)
        self.run_validators(text)  # what comes later looks at the list, where a NUL is written as an escape
        return [word.strip() for word in text.split("\n") if word.strip()]


class ExactModelForm(forms.ModelForm):
    """A form that leaves alone what its user left alone.

    That holds for dates too: a browser is shown no fractions of a second, and in the hour that the end of
    summer time repeats no date at all that could be read back.
    """

    def clean(self):
        super().clean()
        if self.instance.pk:
            for name, field in self.fields.items():
                exact = isinstance(field, ExactField | forms.SplitDateTimeField)
                if exact and name in self.initial and name not in self.changed_data:
                    self.cleaned_data[name] = self.initial[name]
                    self.errors.pop(name, None)
        return self.cleaned_data


class EditorWidget(MarkdownxWidget):
    """The Markdown editor with its preview beside it."""

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
    """The form of a text: over what somebody else saved in the meantime it does not save.

    Nor does it if the text takes too much to render. Whoever saves its instance hands on its rendering.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # The version that the editor has looked at and wants to replace; offered after a refusal only.
    replaced_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    started_from = forms.CharField(widget=forms.HiddenInput, required=False)  # as blog/editing.py reads it

    rendering = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.edited = [name for name in self.fields if name not in self.declared_fields]
        self.initial["version"] = self.instance.version
        self.initial["started_from"] = lambda: start_of(self, self.edited)
        if "body" in self.fields:  # not in the form of somebody who may only look
            self.fields["language"].validators.append(LANGUAGE_TAG)

    @cached_property
    def stored(self):
        """The row as it is stored now, locked until this save has ended."""
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
        """Render the text, once; refuse one that takes too much, or of which readers would see nothing."""
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
        """The number of the version that stands in the way, for the template to offer it."""
        return self.stored.version if self.has_error(NON_FIELD_ERRORS, "stale") else None

    @property
    def fields_in_conflict(self) -> list[str]:
        """The labels of what both have changed, so that saving this form replaces it."""
        start = self._start
        both = changed_here(self, start, self.edited) & changed_elsewhere(self, start, self.edited)
        return [self.fields[name].label for name in self.edited if name in both]

    @property
    def _start(self):
        return read_start(self["started_from"].data or "")

    def _leave_what_was_left(self):
        """Let what this editor did not touch be as somebody else may have saved it since."""
        mine = changed_here(self, self._start, self.edited)
        for name in self.edited:
            if name not in mine:
                self.cleaned_data[name] = getattr(self.instance, name)
                self.errors.pop(name, None)
        self.changed_data[:] = [name for name in self.changed_data if name in mine]

    def _refuse_stale_save(self):
        seen = {self.cleaned_data.get("version"), self.cleaned_data.get("replaced_version")}
        # The row is locked only now: the copy that the admin read before may be older.
        if self.stored and (self.stored.version not in seen or self.stored.version != self.instance.version):
            raise forms.ValidationError(
                _("Somebody else saved this after you opened it. Your text is not saved yet."),
                code="stale",
            )


class ArticleForm(TextForm):
    EMPTY = _("Readers would see nothing of this: a published article has a text.")
    publishes = False  # whether saving is followed by publishing; the admin knows who may

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
            *("hero_image", "published_at", "is_featured", "is_trending"),
            *("keywords", "language", "generated_by"),
        )
        field_classes = {
            **dict.fromkeys(["title", "language", "generated_by"], ExactLine),
            **dict.fromkeys(["body", "excerpt", "meta_description", "share_quote"], ExactText),
            "keywords": LinesField,
        }
        widgets = {
            "body": EditorWidget(attrs={"class": "vLargeTextField"}),
            **dict.fromkeys(
                ["excerpt", "meta_description", "share_quote"],
                forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            ),
        }
        help_texts = {
            "keywords": _("One a line."),
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
        """Take no date at the ends of time: in some time zone it has no name, and no page could show it."""
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
        """Whether they see the text, now or when its time comes, once this form is saved."""
        return self.was_published or self.publishes

    @property
    def changes_provenance(self) -> bool:
        """Whether a stored article gets another answer to who wrote it."""
        return bool(self.instance.pk) and "generated_by" in self.changed_data


class PageForm(TextForm):
    EMPTY = _("Readers would see nothing of this: a published page has a text.")

    class Meta:
        model = Page
        fields = ("title", "slug", "body", "meta_description", "language", "is_published")
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


class ImageForm(ExactModelForm):
    """An image's form. Whatever is uploaded is decoded and written anew; nothing else becomes its file."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("JPEG, PNG, GIF, WebP or AVIF, up to 25 MB. It is stored upright and without metadata."),
        widget=forms.FileInput(attrs=IMAGE_TYPES),
    )

    class Meta:
        model = Image
        fields = (
            *("source", "alt", "caption", "focal_x", "focal_y"),
            *("credit_creator", "credit_url", "credit_source"),
        )
        field_classes = {
            **dict.fromkeys(["source", "credit_creator", "credit_source"], ExactLine),
            **dict.fromkeys(["alt", "caption"], ExactText),
            "credit_url": ExactAddress,
        }
        widgets = dict.fromkeys(
            ["alt", "caption"], forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
        )

    stored_there = None  # the image of ours that is shown at the address, if that was typed

    def clean_source(self):
        """Take no address that the importer would not take. One that is stored already is not shown."""
        source = _address_that_fits(self.cleaned_data["source"])
        if "source" not in self.changed_data:
            return source
        self.stored_there = Image.objects.stored_at(source)
        if not self.stored_there and (reason := check_image_address(source)):
            raise forms.ValidationError(
                _("No picture is shown from there: %(reason)s."), params={"reason": gettext(reason)}
            )
        return source

    def clean(self):
        super().clean()
        upload = self.cleaned_data.get("upload")
        if upload and not self.errors:
            self._take(_stored(self, upload))
        elif self.stored_there and not self.instance.file:
            self._take(self.stored_there)
        if not (upload or self.instance.file or self._has_address()):
            self.add_error("upload", _("Choose a file, or give the address of a picture elsewhere."))
        return self.cleaned_data

    def _has_address(self):
        """Whether there is an image at the source. Of an imported one that was not found, a path is kept."""
        source = self.cleaned_data.get("source")
        return bool(source) and ("source" not in self.changed_data or is_public_image(source))

    def _take(self, image):
        """Let the image have the file of this image, or of another image."""
        if image:
            self.instance.file = image.file.name if isinstance(image, Image) else image.name
            self.instance.width, self.instance.height = image.width, image.height
            self.instance.digest = image.digest


def _stored(form, upload):
    """Return the stored image of what was uploaded; None, and the reason in the form, if it is refused."""
    try:
        if upload.size > MAX_BYTES:
            raise ImageError(_("The file is larger than %d MB.") % (MAX_BYTES // 1024**2))
        return store_file(upload.read())
    except ImageError as error:
        form.add_error("upload", str(error))
        return None


class SiteIdentityForm(ExactModelForm):
    """The site's own words. Its logo takes the way of every image, so that no SVG gets in."""

    upload = forms.FileField(
        label=_("New logo"),
        required=False,
        help_text=_(
            "JPEG, PNG, GIF, WebP or AVIF. It stands beside the name, on light and on dark ground, "
            "and goes to search engines as the publisher's."
        ),
        widget=forms.FileInput(attrs=IMAGE_TYPES),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = SiteIdentity
        fields = ("name", "tagline", "description", "publisher", "publisher_url", "email", "profiles")
        field_classes = {
            **dict.fromkeys(["name", "tagline", "publisher"], ExactLine),
            "description": ExactText,
            "publisher_url": ExactAddress,
            "profiles": LinesField,
        }
        widgets = {
            **dict.fromkeys(["name", "tagline", "publisher"], forms.TextInput(attrs={"class": "vTextField"})),
            "description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }
        help_texts = {
            "profiles": _(
                "Addresses of the publisher's pages on other sites, one a line; for search engines."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "profiles" in self.fields:  # not in the form of somebody who may only look
            self.fields["profiles"].widget.attrs["class"] = "vLargeTextField"

    def clean_profiles(self):
        check = URLValidator(["http", "https"])
        for address in self.cleaned_data["profiles"]:
            check(address)
        return self.cleaned_data["profiles"]

    def clean(self):
        super().clean()
        upload = self.cleaned_data.get("upload")
        if upload and not self.errors:
            image = _stored(self, upload)
            self.instance.logo = image_of(image) if image else None
        elif self.cleaned_data.get("remove_logo"):
            self.instance.logo = None
        return self.cleaned_data


class CategoryForm(ExactModelForm):
    renew_slug = forms.BooleanField(
        label=_("Make a new slug of the new name"),
        required=False,
        help_text=_("The old address leads to the new one."),
    )

    class Meta:
        model = Category
        fields = ("name", "slug", "description")
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
        fields = ("name", "slug", "bio", "url", "user")
        field_classes = {"name": ExactLine, "bio": ExactText, "url": ExactAddress}

    def clean_name(self):
        return _name_that_is_free(self, Author)


def _name_that_is_free(form, model):
    """Return the name, unless files that say it mean another row: by its own name, or by another one."""
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


def _address_that_fits(address):
    """Return the address, unless a database could not index it: there bytes count, not characters."""
    if len(address.encode("utf-8", "surrogatepass")) > ADDRESS_LENGTH:
        raise forms.ValidationError(
            _("The address is longer than %(limit)s bytes."), params={"limit": ADDRESS_LENGTH}
        )
    return address


class RedirectForm(forms.ModelForm):
    class Meta:
        model = Redirect
        fields = ("path", *Redirect.TARGETS, "is_gone")

    def clean_path(self):
        """Return the path of an address at which readers find nothing."""
        try:
            path = clean_path(self.cleaned_data["path"])
        except RedirectError as error:
            raise forms.ValidationError(str(error)) from None
        live = live_pages([path]).get(path)
        if live:
            raise forms.ValidationError(
                _("“%(live)s” stands at this address, so nobody would be led on. Change its slug first."),
                params={"live": live},
            )
        return path


class RedirectListForm(forms.Form):
    """A list of redirects to be uploaded."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 with two columns: the old address, and the new one, or “gone”."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    replace = forms.BooleanField(label=_("Change redirects that exist and lead elsewhere"), required=False)
    dry_run = forms.BooleanField(label=_("Only check the file, change nothing"), required=False)
