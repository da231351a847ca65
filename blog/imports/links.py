"""The categories and authors of an imported article."""

from blog.articles.categories import Category
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.documents.fields.values import ArticleFields
from blog.documents.notices import Notice
from blog.imports.names import NamesOfBatch


def category_links(
    article: Article, fields: ArticleFields, names: NamesOfBatch, notices: list[Notice]
) -> list[ArticleCategory]:
    """Return a link, not stored yet, for each category and level that the file names."""
    wanted = {}
    for position, name in enumerate(fields.categories):
        category = names.category(name.name, notices)
        level = Category.Level[name.level.upper()] if name.level else Category.Level.PLAIN
        link = ArticleCategory(article=article, category=category, level=level, position=position)
        wanted.setdefault((category.pk, level), link)
    return list(wanted.values())


def author_links(
    article: Article, fields: ArticleFields, names: NamesOfBatch, notices: list[Notice]
) -> list[ArticleAuthor]:
    """Return a link, not stored yet, for each author that the file names."""
    wanted = {}
    for position, name in enumerate(fields.authors):
        author = names.author(name, notices)
        wanted.setdefault(author.pk, ArticleAuthor(article=article, author=author, position=position))
    return list(wanted.values())
