"""Findings for the edit page, each with the field in which it can be fixed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

# {message of blog.documents.findings: id of the element}
FIELDS = {
    "There is no hero image.": "id_hero_image",
    "The hero image has no description. Say what it shows, or that it is decorative.": "id_hero_alt",
    "The hero image's alternative text repeats the title. Say what the picture shows.": "id_hero_alt",
    "The search description is cut off in the middle of a sentence.": "id_meta_description",
    "The search description is longer than 160 characters.": "id_meta_description",
    "The excerpt begins with a label. Readers do not see it; an export keeps it.": "id_excerpt",
    "The share quote does not occur in the text.": "id_share_quote",
    "The primary category is not among the categories.": "id_primary_category",
    "The title or a category holds characters that are not seen, or that turn others around.": "id_title",
    "A word of the title or of a category has letters of two alphabets that look alike.": "id_title",
    "A link shows another address than the one to which it leads.": "id_body",
    "The reading time in the file is off by more than a quarter.": "panel-file",
}


@dataclass(frozen=True)
class Finding:
    """A message, and the id of the element that it is about; empty if that is not on the page."""

    sentence: str
    anchor: str = ""


def findings(sentences) -> list[Finding]:
    return [Finding(_(sentence), FIELDS.get(sentence, "")) for sentence in sentences]
