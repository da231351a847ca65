"""Provenance: what readers are told about who wrote and reviewed a text."""

from django.utils.translation import gettext as _

from blog.models import Article
from blog.models.provenance import UNNAMED_MACHINE


def disclosure(article: Article) -> str:
    """Return the disclosure of a machine-written text; "" for all others.

    Reviews are not recorded yet, so it can only say that none is on record.
    """
    machine = article.machine_name
    if not machine:
        return ""
    if machine == UNNAMED_MACHINE:
        return _("Written by a machine; no review of this version is on record.")
    said = _("Written with %(generator)s; no review of this version is on record.")
    return said % {"generator": machine}
