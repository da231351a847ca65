"""Alt text and credit of an article's images: fields on the edit page.

This includes the hero image, with its preview.
"""

from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.models import Article
from blog.desk.columns import thumbnail
from blog.desk.comparison.form_contents import picture_fields
from blog.desk.forms import ExactLine
from blog.documents.image_words import Credit, ImageWords, parse_credit
from blog.documents.rendering.images import shown_images

HERO_FIELDS = ("hero_image", "hero_alt", "hero_is_decorative", "hero_credit")
PICTURES_SHOWN = 50  # in the list: each adds two values to a form, which may have a thousand
CREDIT_LINE_LENGTH = 3000  # characters: a name, an address and a source


class CreditLine(ExactLine):
    """A credit in one line, as files have it."""

    def __init__(self, **options):
        options |= {"widget": forms.TextInput(attrs={"class": "vTextField"}), "show_hidden_initial": False}
        super().__init__(**options | {"max_length": CREDIT_LINE_LENGTH})

    def prepare_value(self, value):
        return value.as_markdown() if isinstance(value, Credit) else value

    def clean(self, value):
        return parse_credit(super().clean(value))


@dataclass(frozen=True)
class BodyPicture:
    """A picture in the text, for the list beside it. One that is not stored here has no fields."""

    address: str
    source: str  # its address in the text
    alt: str
    fields: tuple[BoundField, ...] = ()


class PicturesForm(forms.ModelForm):
    """A base of the form of an article, before TextForm, with the words of its pictures."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, image in enumerate(self._images, start=1):
            if image.address in self._links:
                self._add_fields(self._links[image.address], number)

    @cached_property
    def pictures(self) -> list[BodyPicture]:
        """The pictures in the text as it is stored, the first ones of many."""
        return [self._picture(image) for image in self._images]

    def clean(self):
        super().clean()
        if self.instance.pk and "hero_image" in self.changed_data:
            self._forget_words_of_the_other_picture()
        if self.cleaned_data.get("hero_is_decorative") and self.cleaned_data.get("hero_alt"):
            sentence = gettext_lazy(
                "A decorative picture has no description: empty this, or take the tick away."
            )
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
        """The links to the stored images of the text, by the address that the page has."""
        if self.instance.pk is None:
            return {}
        links = {link.image.url: link for link in self.instance.body_image_links.select_related("image")}
        return {image.address: links[image.address] for image in self._images if image.address in links}

    def _add_fields(self, link, number):
        credit, decorative = picture_fields(link.source)
        is_read_only = "body" not in self.fields
        if is_read_only or (self.is_bound and credit not in self.data):  # the picture is newer than the page
            return
        label = _("Credit of picture %d") % number
        self.fields[credit] = CreditLine(label=label, required=False)
        label = _("Picture %d is decorative: nothing to describe") % number
        self.fields[decorative] = forms.BooleanField(label=label, label_suffix="", required=False)
        self.initial |= {credit: link.credit, decorative: link.is_decorative}
        self.edited += [credit, decorative]

    def _picture(self, image):
        link = self._links.get(image.address)
        if link is None:
            return BodyPicture(image.address, image.address, image.alt)
        fields = tuple(self[name] for name in picture_fields(link.source) if name in self.fields)
        return BodyPicture(image.address, link.source, image.alt, fields)

    def _typed_words(self):
        """Return the words of the pictures that have fields, by their address in the text."""
        typed = {}
        for link in self._links.values():
            credit, decorative = (self.cleaned_data.get(name) for name in picture_fields(link.source))
            if credit is not None and decorative is not None:
                typed[link.source] = ImageWords(credit=credit, is_decorative=decorative)
        return typed

    def _forget_words_of_the_other_picture(self):
        """Empty what was said of the picture before, unless it was typed anew for this one."""
        empty = {"hero_alt": "", "hero_credit": Credit(), "hero_is_decorative": False}
        left = empty.keys() - {*self.changed_data}
        self.cleaned_data |= {name: empty[name] for name in left & self.cleaned_data.keys()}


def typed_words(article: Article, data) -> dict[str, ImageWords]:
    """Return the words of the pictures in the article's text as a form has sent them, by address."""
    links = article.body_image_links.all()
    names = {link.source: picture_fields(link.source) for link in links}
    return {source: _words_in(data, *fields) for source, fields in names.items() if fields[0] in data}


def _words_in(data, credit, decorative):
    return ImageWords(
        credit=parse_credit(data[credit][:CREDIT_LINE_LENGTH]), is_decorative=decorative in data
    )


def hero_preview(article: Article):
    if article.hero_image is None:
        return _("None chosen.")
    lines = [(line,) for line in _what_the_image_says(article)]
    return thumbnail(article.hero_image) + format_html_join("", '<p class="credit">{}</p>', lines)


def _what_the_image_says(article):
    """Return the image's own words where they stand in for what the article does not say of it."""
    words = article.hero_words
    if not (article.hero_alt or words.is_decorative):
        yield words.alt or _("No description.")
    if not article.hero_credit:
        yield words.credit.as_markdown() or _("No credit.")
