"""Articles under a heading, as the home page and others show them."""

from dataclasses import dataclass

from blog.models import Article, Category


@dataclass(slots=True)
class Section:
    """Articles under one heading. The layouts alternate, so that no two neighbours look alike."""

    articles: list
    category: Category | None = None
    heading: str = ""
    layout: str = "split"
    rows: int = 1  # of three

    def arrange(self, layout):
        """Set the layout that the articles suit: the large place is for one with an image."""
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
    """Return the articles with these keys, as lists show them."""
    return Article.objects.cards(keys)
