"""Tags for toasts: messages at the bottom of an admin page, some with an Undo button."""

from django import template

from blog.articles.undoable import UndoableAction
from blog.desk.base import TOAST, WITH_UNDO

register = template.Library()


@register.filter
def without_toasts(messages) -> list:
    return [message for message in messages if not _tags(message) & {TOAST}]


@register.filter
def only_toasts(messages) -> list:
    return [message for message in messages if _tags(message) & {TOAST}]


@register.filter
def offer_undo(messages) -> bool:
    """Whether one of the messages is about an action that can be undone."""
    return any(_tags(message) >= set(WITH_UNDO.split()) for message in messages)


def _tags(message):
    return set((message.extra_tags or "").split())


@register.simple_tag
def undoable(user) -> UndoableAction | None:
    """Return the user's latest undoable action, or None. Always None without the permission to publish."""
    may_undo = user.has_perm("blog.publish_article")
    return UndoableAction.objects.undoable_by(user).only("pk").first() if may_undo else None


@register.simple_tag(takes_context=True)
def letter_shortcuts(context) -> str:
    """Return "on" or "off" for single-letter shortcuts: "on" if the context has no letter_keys."""
    return "on" if context.get("letter_keys", True) else "off"
