"""What was done on the desk, said on a dark line above the foot, with the button that undoes it."""

from django import template

from blog.admin.publishing import TOAST, WITH_UNDO
from blog.models import DeskAction

register = template.Library()


@register.filter
def without_toasts(messages) -> list:
    return [message for message in messages if not _tags(message) & {TOAST}]


@register.filter
def only_toasts(messages) -> list:
    return [message for message in messages if _tags(message) & {TOAST}]


@register.filter
def offer_undo(messages) -> bool:
    """Whether one of the messages says what can be undone."""
    return any(_tags(message) >= set(WITH_UNDO.split()) for message in messages)


def _tags(message):
    return set((message.extra_tags or "").split())


@register.simple_tag
def undoable(user) -> DeskAction | None:
    """Return the last thing that this person did and may undo, if they may still publish."""
    may_undo = user.has_perm("blog.publish_article")
    return DeskAction.objects.undoable_by(user).only("pk").first() if may_undo else None


@register.simple_tag(takes_context=True)
def keys_of_one_letter(context) -> str:
    """Return whether they do something for this person: on, unless the page was told otherwise."""
    return "on" if context.get("letter_keys", True) else "off"
