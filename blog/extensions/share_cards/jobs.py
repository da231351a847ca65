"""The deletion of old share cards."""

from blog.extensions.share_cards.cards import unused_cards
from blog.jobs import cleanup_hook


@cleanup_hook
def forget_unused_cards() -> None:
    for file in unused_cards():
        file.unlink(missing_ok=True)
