"""Provenance: who wrote the text of an article, as its file, an import or an Editor says it."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

MACHINE_LENGTH = 200  # characters of a machine's name, as of what a file says


class Provenance(models.TextChoices):
    FILE = "file", _("As the file says")
    MACHINE = "machine", _("A machine")
    PEOPLE = "people", _("People")


class ProvenanceError(ValueError):
    """A text does not say who wrote something; the message says what to write."""


@dataclass(frozen=True, slots=True)
class WrittenBy:
    """Who wrote a text. machine is the machine's name, empty if it has none or none wrote it.

    Written as one word for options and storage: file, people, machine, or machine=NAME.
    """

    provenance: str = Provenance.FILE
    machine: str = ""

    @classmethod
    def parse(cls, text: str) -> "WrittenBy":
        """Return what a text such as “machine=Gemini” says. Raises ProvenanceError."""
        provenance, sign, name = text.partition("=")
        name = name.strip()
        if provenance not in Provenance or (sign and (provenance != Provenance.MACHINE or not name)):
            raise ProvenanceError(f"{text!r} must be file, people, machine, or machine= and its name.")
        if len(name) > MACHINE_LENGTH or not name.isprintable():
            raise ProvenanceError(
                f"the machine's name must be of up to {MACHINE_LENGTH} characters, on one line."
            )
        return cls(Provenance(provenance), name)

    def __str__(self):
        return f"{self.provenance}={self.machine}" if self.machine else str(self.provenance)
