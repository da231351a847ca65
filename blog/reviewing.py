"""What readers are told of who wrote and who checked a text."""

from django.utils.translation import gettext as _

from blog.models import Article


def disclosure(article: Article) -> str:
    """Return what readers have to know of a machine-written text; empty for all others.

    There are no reviews yet, so nothing more can be said than that none is on record.
    """
    if not article.generated_by:
        return ""
    said = _("Written with %(generator)s; no review of this version is on record.")
    return said % {"generator": article.generated_by}
