"""Kinds of findings, each with a name, a message to the editor, and fixes.

RULES_VERSION numbers the rules for findings and claims. Raise it when a rule changes, so that all articles
are checked again.
"""

from dataclasses import dataclass
from enum import StrEnum

from blog.documents.text import mark as _

KIND_LENGTH = 32  # characters in the columns for kinds of findings and claims, and for fixes


class FindingKind(StrEnum):
    """A kind of finding: something that reads badly although the file is valid. The values are stored."""

    NO_HERO = "no_hero"
    HERO_UNDESCRIBED = "hero_undescribed"
    HERO_DESCRIBED_BY_TITLE = "hero_described_by_title"
    HERO_CREDIT_MISSING = "hero_credit_missing"
    DESCRIPTION_CUT = "description_cut"
    DESCRIPTION_CUT_IN_WORD = "description_cut_in_word"  # in stored checks of RULES_VERSION 2 only
    DESCRIPTION_LONG = "description_long"
    DESCRIPTION_IS_EXCERPT = "description_is_excerpt"
    EXCERPT_LABEL = "excerpt_label"
    EXCERPT_IS_OPENING = "excerpt_is_opening"
    SHARE_TEXT_UNSAID = "share_text_unsaid"
    SHARE_TEXT_IS_CALL = "share_text_is_call"
    PRIMARY_CATEGORY_ASTRAY = "primary_category_astray"
    INVISIBLE_CHARACTERS = "invisible_characters"
    MIXED_ALPHABETS = "mixed_alphabets"
    MISLEADING_LINK = "misleading_link"
    READING_TIME_OFF = "reading_time_off"
    PICTURE_UNDESCRIBED = "picture_undescribed"
    PICTURE_DESCRIBED_BY_TITLE = "picture_described_by_title"
    PICTURE_DESCRIBED_TWICE = "picture_described_twice"
    PICTURE_CREDIT_MISSING = "picture_credit_missing"
    LABEL_IN_TEXT = "label_in_text"
    COMMENTS_INVITED = "comments_invited"
    PLACEHOLDER = "placeholder"
    PLACEHOLDER_ABOVE_TEXT = "placeholder_above_text"
    PROMPT_LEAK = "prompt_leak"
    HEADING_SKIPS_LEVEL = "heading_skips_level"
    SECOND_TITLE = "second_title"
    TEMPLATE_SYNTAX = "template_syntax"
    PASSAGES_LOST = "passages_lost"
    TEXT_CUT_OFF = "text_cut_off"
    TABLE_UNEVEN = "table_uneven"
    HEALTH_CLAIM = "health_claim"
    TWO_ARTICLES = "two_articles"

    # The rules do not find these: they depend on other articles, or only on the file.
    EXCERPT_TEMPLATE = "excerpt_template"
    DESCRIPTION_TEMPLATE = "description_template"
    OPENING_SHARED = "opening_shared"
    BODY_SHARED = "body_shared"
    TITLE_SHARED = "title_shared"
    LINK_BROKEN = "link_broken"
    PICTURE_DESCRIBED_DIFFERENTLY = "picture_described_differently"
    FLAGGED_TRENDING = "flagged_trending"
    FLAGGED_FEATURED = "flagged_featured"

    NOT_LOOKED_AT = "not_looked_at"  # the rules were not applied: the text takes too much time or memory


# These are decided for all articles together, on the contact sheet of their images.
IMAGE_KINDS = frozenset(
    (
        FindingKind.HERO_UNDESCRIBED,
        FindingKind.HERO_DESCRIBED_BY_TITLE,
        FindingKind.HERO_CREDIT_MISSING,
        FindingKind.PICTURE_UNDESCRIBED,
        FindingKind.PICTURE_DESCRIBED_BY_TITLE,
        FindingKind.PICTURE_DESCRIBED_TWICE,
        FindingKind.PICTURE_CREDIT_MISSING,
        FindingKind.PICTURE_DESCRIBED_DIFFERENTLY,
    )
)


class Fix(StrEnum):
    """A way to fix a finding without reading the article. The values are stored."""

    MARK_DECORATIVE = "mark_decorative"
    DROP_DESCRIPTION = "drop_description"
    DESCRIPTION_TO_WHOLE_SENTENCE = "description_to_whole_sentence"
    EMPTY_EXCERPT = "empty_excerpt"
    EXCERPT_WITHOUT_LABEL = "excerpt_without_label"
    CLEAR_SHARE_TEXT = "clear_share_text"
    CLEAR_TRENDING = "clear_trending"
    CLEAR_FEATURED = "clear_featured"


@dataclass(frozen=True, slots=True)
class KindDescription:
    """The field, severity, texts and fixes of a kind of finding.

    `field` is the article field to edit. A serious finding misleads readers or shows them something that was
    not meant for them. `name` is a short description, `sentence` the message to the editor. `fixes` are
    ordered, the safest first.
    """

    field: str
    is_serious: bool
    name: str
    sentence: str
    fixes: tuple[Fix, ...] = ()


FIX_NAMES: dict[Fix, str] = {
    Fix.MARK_DECORATIVE: _("Mark decorative"),
    Fix.DROP_DESCRIPTION: _("Remove meta descriptions"),
    Fix.DESCRIPTION_TO_WHOLE_SENTENCE: _("Keep the first whole sentence"),
    Fix.EMPTY_EXCERPT: _("Clear excerpts"),
    Fix.EXCERPT_WITHOUT_LABEL: _("Remove the label"),
    Fix.CLEAR_SHARE_TEXT: _("Clear the share quotes"),
    Fix.CLEAR_TRENDING: _("Clear “trending”"),
    Fix.CLEAR_FEATURED: _("Clear “featured”"),
}

KINDS: dict[FindingKind, KindDescription] = {
    FindingKind.NO_HERO: KindDescription(
        "hero_image", False, _("No hero image"), _("There is no hero image.")
    ),
    FindingKind.HERO_UNDESCRIBED: KindDescription(
        "hero_alt",
        False,
        _("The hero image has no alt text"),
        _("The hero image has no alt text. Describe the image, or mark it as decorative."),
        (Fix.MARK_DECORATIVE,),
    ),
    FindingKind.HERO_DESCRIBED_BY_TITLE: KindDescription(
        "hero_alt",
        False,
        _("The hero image's alt text repeats the title"),
        _("The hero image's alt text repeats the title. Describe the image, or mark it as decorative."),
        (Fix.MARK_DECORATIVE,),
    ),
    FindingKind.HERO_CREDIT_MISSING: KindDescription(
        "hero_credit",
        False,
        _("The hero image has no credit"),
        _("The hero image has no credit. Name its creator."),
    ),
    FindingKind.DESCRIPTION_CUT: KindDescription(
        "meta_description",
        False,
        _("The meta description is cut off mid-sentence"),
        _("The meta description is cut off in the middle of a sentence."),
        (Fix.DROP_DESCRIPTION, Fix.DESCRIPTION_TO_WHOLE_SENTENCE),
    ),
    FindingKind.DESCRIPTION_CUT_IN_WORD: KindDescription(
        "meta_description",
        False,
        _("The meta description is cut off mid-word"),
        _("The meta description is cut off in the middle of a word."),
        (Fix.DROP_DESCRIPTION, Fix.DESCRIPTION_TO_WHOLE_SENTENCE),
    ),
    FindingKind.DESCRIPTION_LONG: KindDescription(
        "meta_description",
        False,
        _("The meta description is too long"),
        _("The meta description is longer than 160 characters."),
        (Fix.DESCRIPTION_TO_WHOLE_SENTENCE,),
    ),
    FindingKind.DESCRIPTION_IS_EXCERPT: KindDescription(
        "meta_description",
        False,
        _("The meta description repeats the excerpt"),
        _(
            "The meta description repeats the excerpt. You can leave it blank: "
            "search engines then get the excerpt."
        ),
        (Fix.DROP_DESCRIPTION,),
    ),
    FindingKind.EXCERPT_LABEL: KindDescription(
        "excerpt",
        False,
        _("The excerpt begins with a label"),
        _("The excerpt begins with a label. Readers do not see it; an export keeps it."),
        (Fix.EXCERPT_WITHOUT_LABEL,),
    ),
    FindingKind.EXCERPT_IS_OPENING: KindDescription(
        "excerpt",
        False,
        _("The excerpt repeats the opening"),
        _("The excerpt repeats the beginning of the text. Readers see it only in lists."),
        (Fix.EMPTY_EXCERPT,),
    ),
    FindingKind.SHARE_TEXT_UNSAID: KindDescription(
        "share_quote",
        False,
        _("The share quote is not in the article"),
        _("The share quote does not occur in the text."),
        (Fix.CLEAR_SHARE_TEXT,),
    ),
    FindingKind.SHARE_TEXT_IS_CALL: KindDescription(
        "share_quote",
        False,
        _("The share quote only invites people to read the article"),
        _("The share quote only invites people to read the article. It contains nothing to quote."),
        (Fix.CLEAR_SHARE_TEXT,),
    ),
    FindingKind.PRIMARY_CATEGORY_ASTRAY: KindDescription(
        "primary_category",
        False,
        _("The primary category is not among the categories"),
        _("The primary category is not among the categories."),
    ),
    FindingKind.INVISIBLE_CHARACTERS: KindDescription(
        "title",
        True,
        _("Invisible characters"),
        _("The title or a category contains invisible characters or characters that reverse text direction."),
    ),
    FindingKind.MIXED_ALPHABETS: KindDescription(
        "title",
        True,
        _("Mixed alphabets"),
        _("A word in the title or a category mixes similar letters of two alphabets."),
    ),
    FindingKind.MISLEADING_LINK: KindDescription(
        "body",
        True,
        _("A link's text shows a different URL"),
        _("A link's text shows a different URL from the one it points to."),
    ),
    FindingKind.READING_TIME_OFF: KindDescription(
        "reading_time",
        False,
        _("The file's reading time is off"),
        _("The reading time in the file is off by more than a quarter."),
    ),
    FindingKind.PICTURE_UNDESCRIBED: KindDescription(
        "body",
        False,
        _("An image in the text has no alt text"),
        _("An image in the text has no alt text. Describe it."),
    ),
    FindingKind.PICTURE_DESCRIBED_BY_TITLE: KindDescription(
        "body",
        False,
        _("An alt text in the body repeats the title"),
        _("The alt text of an image in the text repeats the title. Describe the image."),
    ),
    FindingKind.PICTURE_DESCRIBED_TWICE: KindDescription(
        "body",
        False,
        _("Same image, different alt texts"),
        _("The same image appears with different alt texts. Use one description."),
    ),
    FindingKind.PICTURE_CREDIT_MISSING: KindDescription(
        "body",
        False,
        _("An image in the text has no credit"),
        _("An image in the text has no credit, but others do. Name its creator."),
    ),
    FindingKind.LABEL_IN_TEXT: KindDescription(
        "body",
        False,
        _("A label was left in the text"),
        _("A label from an AI prompt was left in the text."),
    ),
    FindingKind.COMMENTS_INVITED: KindDescription(
        "body",
        False,
        _("Readers are asked to comment"),
        _("The text asks readers to comment, but this site has no comments."),
    ),
    FindingKind.PLACEHOLDER: KindDescription(
        "body",
        True,
        _("A placeholder was left in the text"),
        _("A placeholder that should have been replaced was left in the text."),
    ),
    FindingKind.PLACEHOLDER_ABOVE_TEXT: KindDescription(
        "title",
        True,
        _("A placeholder was left above the text"),
        _("A placeholder was left in the title, excerpt, meta description or share quote."),
    ),
    FindingKind.PROMPT_LEAK: KindDescription(
        "body",
        True,
        _("The generator speaks to its user"),
        _("Here the generator speaks to its user, about the task or the text. Remove the passage."),
    ),
    FindingKind.HEADING_SKIPS_LEVEL: KindDescription(
        "body",
        False,
        _("A heading skips a level"),
        _("A heading is more than one level below the one before it."),
    ),
    FindingKind.SECOND_TITLE: KindDescription(
        "body",
        False,
        _("More than one top-level heading"),
        _("The text contains a level-1 heading. The title is already one, so start headings at level 2."),
    ),
    FindingKind.TEMPLATE_SYNTAX: KindDescription(
        "body",
        True,
        _("Template code was left in the text"),
        _("Template code was left in the text."),
    ),
    FindingKind.PASSAGES_LOST: KindDescription(
        "body",
        True,
        _("Passages are missing"),
        _(
            "The output of template tags is missing. Readers do not see the sentences, items and rows that "
            "need it. Write them out, or remove them."
        ),
    ),
    FindingKind.TEXT_CUT_OFF: KindDescription(
        "body",
        True,
        _("The text ends mid-sentence"),
        _("The text ends in the middle of a sentence, parenthesis or code block."),
    ),
    FindingKind.TABLE_UNEVEN: KindDescription(
        "body",
        False,
        _("A table has uneven rows"),
        _("A table row has more or fewer cells than the header row."),
    ),
    FindingKind.HEALTH_CLAIM: KindDescription(
        "body",
        True,
        _("A health claim without a source"),
        _(
            "The text says that something is good for health, but names no source. "
            "Link to a source, or remove the statement."
        ),
    ),
    FindingKind.TWO_ARTICLES: KindDescription(
        "body",
        True,
        _("Two articles in one text"),
        _("Another article seems to begin here, after the end of the first one."),
    ),
    FindingKind.EXCERPT_TEMPLATE: KindDescription(
        "excerpt",
        False,
        _("The excerpt is a template"),
        _("Other articles have the same excerpt, except for the subject."),
        (Fix.EMPTY_EXCERPT,),
    ),
    FindingKind.DESCRIPTION_TEMPLATE: KindDescription(
        "meta_description",
        False,
        _("The meta description is a template"),
        _("Other articles have the same meta description, except for the subject."),
        (Fix.DROP_DESCRIPTION, Fix.DESCRIPTION_TO_WHOLE_SENTENCE),
    ),
    FindingKind.OPENING_SHARED: KindDescription(
        "body", False, _("Begins like another article"), _("Another article begins with the same words.")
    ),
    FindingKind.BODY_SHARED: KindDescription(
        "body", True, _("Same text as another article"), _("Another article has the same text.")
    ),
    FindingKind.TITLE_SHARED: KindDescription(
        "title",
        False,
        _("Another article on this topic"),
        _("Another article has the same title, or a title on the same topic."),
    ),
    FindingKind.LINK_BROKEN: KindDescription(
        "body", True, _("A link leads nowhere"), _("A link leads to a page that does not exist on this site.")
    ),
    FindingKind.PICTURE_DESCRIBED_DIFFERENTLY: KindDescription(
        "hero_alt",
        False,
        _("Described differently in other articles"),
        _("Other articles use a different alt text for the same image."),
    ),
    FindingKind.FLAGGED_TRENDING: KindDescription(
        "is_trending",
        False,
        _("Flagged as trending"),
        _("The file marks this article as trending, but no editor has confirmed it."),
        (Fix.CLEAR_TRENDING,),
    ),
    FindingKind.FLAGGED_FEATURED: KindDescription(
        "is_featured",
        False,
        _("Flagged as featured"),
        _("The file marks this article as featured, but no editor has confirmed it."),
        (Fix.CLEAR_FEATURED,),
    ),
    FindingKind.NOT_LOOKED_AT: KindDescription(
        "body",
        True,
        _("Could not be checked"),
        _(
            "The text takes too much time or memory to check, so nothing is "
            "marked. Split it into two articles."
        ),
    ),
}


# Increase this with each change to the rules in findings/ and claims/ that changes their results. Articles
# that were checked with an earlier version are then checked again.
RULES_VERSION = 29
