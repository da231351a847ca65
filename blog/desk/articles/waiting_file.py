"""The line of the edit page that says that a changed file waits for the article."""

from django.urls import reverse

from blog.articles.models import Article


def waiting_file(article: Article, *, may_decide: bool) -> dict | None:
    """Return which file waits, since when, and the address of its comparison; None if none waits."""
    held = article.held_updates.waiting().only("path", "held_at").first()
    if held is None:
        return None
    address = reverse("admin:blog_heldupdate_change", args=[held.pk]) if may_decide else ""
    return {"path": held.path, "since": held.held_at, "address": address}
