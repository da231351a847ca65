"""The pictures of an article in a form that two people edit at once: their words as contents, and back."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple

from blog.articles.models import Article
from blog.articles.versions.contents import hero_entry, words_in
from blog.documents.image_words import Credit, ImageWords
from blog.images.models import Image

PICTURED = ("hero_image",)
HERO_WORDS = ("hero_alt", "hero_credit", "hero_is_decorative")


def picture_fields(source: str) -> tuple[str, str]:
    """Return the names of the fields of the picture at an address in the text: credit, decorative."""
    key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"picture_{key}_credit", f"picture_{key}_decorative"


def initial_words(contents: Mapping) -> dict:
    """Return the words of the pictures as the initial values of a form's fields.

    Those of the hero image that are the image's own are empty in the form.
    """
    values = {}
    if "hero_image" in contents:
        values |= _by_field(_own_words(contents["hero_image"]))
    for entry in contents.get("body_images") or ():  # a plain page has none
        words = words_in(entry)
        credit, decorative = picture_fields(entry["address"])
        values |= {credit: words.credit, decorative: words.is_decorative}
    return values


def typed_pictures(changed: Mapping, base: Mapping) -> dict:
    """Return hero_image and body_images of contents, as far as the changed fields of a form say them."""
    typed = {}
    if not changed.keys().isdisjoint((*PICTURED, *HERO_WORDS)):
        typed["hero_image"] = _typed_hero(changed, base["hero_image"])
    if base.get("body_images"):
        typed["body_images"] = [_typed_body_image(changed, entry) for entry in base["body_images"]]
    return typed


def _typed_hero(changed, before):
    """Return the hero image with the words typed for it; those typed for the one before do not stay."""
    stays = "hero_image" not in changed
    image = Image.objects.filter(pk=before["id"]).first() if stays and before else changed.get("hero_image")
    if image is None:
        return before if stays else None
    words = _by_field(_own_words(before if stays else None))
    words |= {name: changed[name] for name in HERO_WORDS if name in changed}
    shown = Article(hero_image=image, **words).hero_words
    return hero_entry(image.pk, image.file.name, image.source or image.url, shown)


def _by_field(words):
    return {"hero_alt": words.alt, "hero_credit": words.credit, "hero_is_decorative": words.is_decorative}


def _own_words(entry):
    """Return what a use says of its image beyond what the image says itself."""
    words = words_in(entry)
    image = entry and Image.objects.filter(pk=entry["id"]).first()
    if not image:
        return words
    alt = "" if words.alt == image.words.alt else words.alt
    credit = Credit() if words.credit == image.words.credit else words.credit
    return ImageWords(alt, credit, words.is_decorative)


def _typed_body_image(changed, entry):
    credit, decorative = picture_fields(entry["address"])
    typed = dict(entry)
    if credit in changed:
        typed.pop("credit", None)
        typed |= {"credit": list(astuple(changed[credit]))} if changed[credit] else {}
    if decorative in changed:
        typed.pop("decorative", None)
        typed |= {"decorative": True} if changed[decorative] else {}
    return typed
