"""*How we work*: the page on how articles are written and reviewed, which AI labels link to.

A new site gets it as a draft with prompts. Readers see it once an editor has finished and published it.
"""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from blog.site.pages import Page

HOW_WE_WORK = "how-we-work"  # the slug


def add_draft() -> bool:
    """Add the page as a draft if the site has neither pages nor accounts. Return whether it did."""
    if Page.objects.exists() or get_user_model().objects.exists():
        return False
    values = {"title": _("How we work"), "body": draft_text()}
    return Page.objects.get_or_create(slug=HOW_WE_WORK, defaults=values)[1]


def draft_text() -> str:
    parts = (
        _("[This page is a draft. Replace each text in square brackets, then tick *published*.]"),
        "## " + _("How an article is written"),
        _("[Who chooses the subjects? Which AI models draft articles, and what do people write themselves?]"),
        "## " + _("What is checked"),
        _(
            "[Who reads an article before it is published? What do they look up: people, quotations, "
            "figures, images? What is published without a review?]"
        ),
        "## " + _("How AI is labelled"),
        _(
            "If AI drafted an article, a line below its title says so, names the AI model, and says whether "
            "a person reviewed this version. [What else should readers know about it?]"
        ),
        "## " + _("When something was wrong"),
        _(
            "Corrections are made in the text, and a note says what was wrong. All notes are listed under "
            "[Corrections](/corrections/). [How can readers report an error, and who answers?]"
        ),
        "## " + _("Who is responsible"),
        _("[Who publishes this site, who pays for it, and where are they?]"),
    )
    return "\n\n".join(parts) + "\n"
