"""Form fields for alt text and credit of an article's images, and the preview of the hero image."""

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.models import Article
from blog.desk.columns import thumbnail
from blog.desk.comparison.form_contents import image_field_names
from blog.desk.forms import ExactLine
from blog.documents.image_words import Credit, ImageWords, parse_credit
from blog.documents.rendering.images import shown_images

HERO_FIELDS = ("hero_image", "hero_alt", "hero_is_decorative", "hero_credit")
PICTURES_SHOWN = 50  # each adds two values to the form; Django accepts 1000
CREDIT_LINE_LENGTH = 3000  # characters: a name, a URL and a source


class CreditLine(ExactLine):
    """A credit as one line of Markdown, as in files."""

    def __init__(self, **options):
        options |= {"widget": forms.TextInput(attrs={"class": "vTextField"}), "show_hidden_initial": False}
        super().__init__(**options | {"max_length": CREDIT_LINE_LENGTH})

    def prepare_value(self, value):
        return value.as_markdown() if isinstance(value, Credit) else value

    def clean(self, value):
        return parse_credit(super().clean(value))


class PicturesForm(forms.ModelForm):
    """Mixin for the article form, before TextForm: fields for the images in the body."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, image in enumerate(self._images, start=1):
            if image.address in self._links:
                self._add_fields(self._links[image.address], number)

    @cached_property
    def pictures(self) -> list[dict]:
        """The first PICTURES_SHOWN images in the stored body. source: the URL in the Markdown."""
        return [self._picture(image) for image in self._images]

    def clean(self):
        super().clean()
        if self.instance.pk and "hero_image" in self.changed_data:
            empty = {"hero_alt": "", "hero_credit": Credit(), "hero_is_decorative": False}
            unchanged = empty.keys() - {*self.changed_data}
            self.cleaned_data |= {name: empty[name] for name in unchanged & self.cleaned_data.keys()}
        if self.cleaned_data.get("hero_is_decorative") and self.cleaned_data.get("hero_alt"):
            sentence = gettext_lazy("Decorative images have no alt text. Clear it or untick “Decorative”.")
            self.add_error("hero_alt", sentence)
        return self.cleaned_data

    def _post_clean(self):
        self.instance.image_text_overrides = {**self.instance.image_text_overrides, **self._typed_words()}
        super()._post_clean()

    @cached_property
    def _images(self):
        return shown_images(self.instance.body_html)[:PICTURES_SHOWN]

    @cached_property
    def _links(self):
        """The links to stored images in the body, {URL on the page: link}."""
        if self.instance.pk is None:
            return {}
        links = {link.image.url: link for link in self.instance.body_image_links.select_related("image")}
        return {image.address: links[image.address] for image in self._images if image.address in links}

    def _add_fields(self, link, number):
        credit, decorative = image_field_names(link.source)
        is_read_only = "body" not in self.fields
        if is_read_only or (
            self.is_bound and credit not in self.data
        ):  # the image was added after the page was opened
            return
        label = _("Credit for image %d") % number
        self.fields[credit] = CreditLine(label=label, required=False)
        label = _("Image %d is decorative (no alt text)") % number
        self.fields[decorative] = forms.BooleanField(label=label, label_suffix="", required=False)
        self.initial |= {credit: link.credit, decorative: link.is_decorative}
        self.edited += [credit, decorative]

    def _picture(self, image):
        """Return an image for the sidebar. Only stored images have fields."""
        link = self._links.get(image.address)
        if link is None:
            return {"address": image.address, "source": image.address, "alt": image.alt, "fields": []}
        fields = [self[name] for name in image_field_names(link.source) if name in self.fields]
        return {"address": image.address, "source": link.source, "alt": image.alt, "fields": fields}

    def _typed_words(self):
        """Return the typed values of the images that have fields, {URL in the Markdown: ImageWords}."""
        typed = {}
        for link in self._links.values():
            credit, decorative = (self.cleaned_data.get(name) for name in image_field_names(link.source))
            if credit is not None and decorative is not None:
                typed[link.source] = ImageWords(credit=credit, is_decorative=decorative)
        return typed


def typed_words(article: Article, data) -> dict[str, ImageWords]:
    """Return the submitted values of the images in the body, {URL in the Markdown: ImageWords}."""
    links = article.body_image_links.all()
    names = {link.source: image_field_names(link.source) for link in links}
    return {
        source: ImageWords(
            credit=parse_credit(data[credit][:CREDIT_LINE_LENGTH]), is_decorative=decorative in data
        )
        for source, (credit, decorative) in names.items()
        if credit in data
    }


def hero_preview(article: Article):
    if article.hero_image is None:
        return _("None chosen.")
    lines = [(line,) for line in _image_defaults(article)]
    return thumbnail(article.hero_image) + format_html_join("", '<p class="credit">{}</p>', lines)


def _image_defaults(article):
    """Yield the image's own alt text and credit where the article has none for it."""
    words = article.hero_words
    if not (article.hero_alt or words.is_decorative):
        yield words.alt or _("No alt text.")
    if not article.hero_credit:
        yield words.credit.as_markdown() or _("No credit.")
