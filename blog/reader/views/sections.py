"""Sections: articles under a heading, on the home page and elsewhere."""

from dataclasses import dataclass

from blog.articles.categories import Category
from blog.articles.models import Article


@dataclass(slots=True)
class HomeSection:
    """Articles under one heading. Layouts alternate, so that adjacent sections look different."""

    articles: list
    category: Category | None = None
    heading: str = ""
    layout: str = "split"
    rows: int = 1  # of three articles each, in the layout "three"

    def arrange(self, layout):
        """Set the layout. Without any image, use "three", which has no slot for a large one."""
        leading = next((article for article in self.articles if has_image(article)), None)
        if leading is None or (layout == "three" and len(self.articles) >= 3):
            self.layout = "three"
            self.articles = self.articles[: 3 * self.rows]
        else:
            self.layout = layout.replace("three", "split")
            self.articles = [leading, *(article for article in self.articles if article != leading)]


def has_image(article) -> bool:
    return bool(article.hero_image and article.hero_image.url)


def keys(articles) -> list[int]:
    return list(articles.values_list("pk", flat=True))


def cards(keys) -> list[Article]:
    """Return the published articles with these primary keys, with everything that a card shows."""
    return Article.objects.cards(keys)
