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
    label,
    state_of,
)
from blog.disclosing.panel import Panel, trust_panel
from blog.disclosing.vocabularies import ai_disclosure, digital_source_type, work_status

__all__ = [
    "Disclosure",
    "Panel",
    "State",
    "ai_disclosure",
    "approval_in_force",
    "digital_source_type",
    "disclosure",
    "disclosure_once_approved",
    "is_labelled",
    "label",
    "state_of",
    "trust_panel",
    "work_status",
]
