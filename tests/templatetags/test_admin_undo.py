"""Which messages of the admin are shown as toasts."""

from django.contrib.messages import INFO
from django.contrib.messages.storage.base import Message

from blog.desk.base import TOAST, WITH_UNDO
from blog.templatetags.admin_undo import only_toasts, without_toasts

USUAL = Message(INFO, "Saved.")
PLAIN_TOAST = Message(INFO, "Copied.", extra_tags=TOAST)
UNDO_TOAST = Message(INFO, "Published.", extra_tags=WITH_UNDO)


class TestToasts:
    def test_are_separated_from_other_messages(self):
        messages = [UNDO_TOAST, USUAL, PLAIN_TOAST]

        assert without_toasts(messages) == [USUAL]
        assert only_toasts(messages) == [UNDO_TOAST, PLAIN_TOAST]
