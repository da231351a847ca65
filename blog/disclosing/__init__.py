"""What readers are told of who wrote and who checked a text.

disclosure() decides; pages, feeds, JSON-LD, Markdown, share cards and exports say what it says.
"""

from blog.disclosing.labels import (
    Disclosure,
    State,
    approval_in_force,
    disclosure,
    disclosure_once_approved,
    is_labelled,
    state_of,
)

__all__ = [
    "Disclosure",
    "State",
    "approval_in_force",
    "disclosure",
    "disclosure_once_approved",
    "is_labelled",
    "state_of",
]
