"""The index of categories, and the page of each category and tag."""

from collections import defaultdict

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.categories import Category
from blog.articles.keywords import Tag
from blog.articles.links import ArticleCategory
from blog.articles.models import Article
from blog.reader import page_head, sharing
from blog.reader.names import NO_LETTER, in_name_order, name_key
from blog.reader.views.pagination import article_page_or_404
from blog.reader.views.sections import keys
from blog.site.addresses import address_of

MIN_INDEXED_ARTICLES = 3  # categories with fewer are noindex
FEW_CATEGORIES = 12
INDEX_CATEGORIES = 40
INDEX_CATEGORIES_IN_ALL = (
    400  # if there are more, the index shows only the most used of each letter; letters have their own pages
)
INDEX_CATEGORIES_A_LETTER = 24
DIRECTORY, DIRECTORY_BELOW, DIRECTORY_ARTICLES = 24, 6, 500


@require_safe
def category_index(request):
    categories = Category.objects.defer("description").most_used()
    letters = by_letter(categories)
    most = INDEX_CATEGORIES_A_LETTER if len(categories) > INDEX_CATEGORIES_IN_ALL else len(categories)
    title = _("All topics")
    context = {
        "number_of_categories": len(categories),
        "general": directory(categories),
        "letters": list(letters),
        "index": [
            # (letter, its most used categories in alphabetical order, number of all of them)
            (letter, in_name_order(found[:most]), len(found))
            for letter, found in letters.items()
        ],
        "meta": page_head.page_metadata(title, "/categories/", names=categories),
    }
    return render(request, "blog/category_index.html", context)


def directory(categories) -> list[tuple[Category, list[Category]]]:
    """Return (general category, narrower categories) for the most used general categories.

    The narrower ones are those used most often below the general one in the newest articles.
    """
    known = {category.pk: category for category in categories}
    general = [
        category for category in Category.objects.most_used(DIRECTORY, by="general") if category.pk in known
    ]
    newest = keys(Article.objects.published().newest_first()[:DIRECTORY_ARTICLES])
    below, placed = defaultdict(list), {category.pk for category in general}
    for row in ArticleCategory.objects.narrower_of_general(newest):
        # The rows are sorted by frequency, so each category is placed below the best general one.
        if (
            row["shared"] >= MIN_INDEXED_ARTICLES
            and row["category"] in known
            and row["category"] not in placed
        ):
            below[row["general"]].append(known[row["category"]])
            placed.add(row["category"])
    return [(category, below[category.pk][:DIRECTORY_BELOW]) for category in general]


@require_safe
def category_letter(request, letter):
    letters = by_letter(Category.objects.defer("description").most_used())
    if letter not in letters:
        raise Http404
    title = _("Topics: %(letter)s") % {"letter": letter}
    found = in_name_order(letters[letter])
    context = {
        "letter": letter,
        "letters": list(letters),
        "found": found,
        "meta": page_head.page_metadata(title, reverse("blog:category_letter", args=[letter]), names=found),
    }
    return render(request, "blog/category_letter.html", context)


def by_letter(categories) -> dict[str, list[Category]]:
    """Return {first letter: categories}, sorted. NO_LETTER, for all other names, is first."""
    letters = defaultdict(list)
    for category in categories:
        initial = name_key(category.name)[:1].upper()[:1]
        letters[initial if initial.isalpha() else NO_LETTER].append(category)
    return dict(sorted(letters.items(), key=lambda item: (item[0] != NO_LETTER, item[0])))


@require_safe
def category_detail(request, slug):
    # None if there is no such category, or if it has no published articles.
    category = next(iter(Category.objects.filter(slug=slug).most_used()), None)
    if category is None:
        raise Http404
    newest = category.article_links.published().newest_articles()
    page = article_page_or_404(newest, request.GET.get("page"), count=category.article_count)
    nearby = NearbyCategories(category, newest)
    context = {
        "category": category,
        "page": page,
        "nearby": nearby,
        "current_categories": [category, *nearby.trail],
        "feeds": page_head.feed_links(category),
        "meta": page_head.page_metadata(
            category.name,
            category.get_absolute_url(),
            description=category.description,
            names=page,
            page_number=page.number,
            is_indexed=category.article_count >= MIN_INDEXED_ARTICLES,
            trail=nearby.trail,
            image=sharing.category_image(category),
        ),
    }
    return render(request, "blog/category_detail.html", context)


@require_safe
def tag_detail(request, slug):
    tag = Tag.objects.filter(slug=slug).with_category().first()
    if tag is None:
        raise Http404
    if tag.category_slug:
        return redirect(address_of("category_detail", tag.category_slug), permanent=True)
    page = article_page_or_404(tag.newest_articles(), request.GET.get("page"))
    context = {
        "tag": tag,
        "page": page,
        "feeds": page_head.feed_links(tag),
        "meta": page_head.page_metadata(
            tag.name,
            tag.get_absolute_url(),
            names=page,
            page_number=page.number,
            is_indexed=page.paginator.count >= MIN_INDEXED_ARTICLES,
        ),
    }
    return render(request, "blog/tag_detail.html", context)


class NearbyCategories:
    """Broader and narrower categories of a category, and those often used together with it.

    Categories have no tree, so their relations are computed from the newest articles with both categories. A
    category is narrower if its level is deeper in at least SHARE of these articles, and in at least
    MIN_INDEXED_ARTICLES of them. A broader category is found in the same way.
    """

    MOST = 8
    LOOKED_AT = 200
    ARTICLES = 300  # the newest ones; more would be slower and change little
    SHARE = 0.6

    def __init__(self, category, newest_articles):
        articles = list(newest_articles[: self.ARTICLES])
        broader, narrower, beside = [], [], []
        for row in ArticleCategory.objects.cooccurring_categories(category, articles)[: self.LOOKED_AT]:
            if self.is_most(row["shallower"], row["shared"]):
                broader.append(row)
            elif self.is_most(row["deeper"], row["shared"]):
                narrower.append(row)
            elif row["shared"] > 1:
                beside.append(row)
        broader = sorted(broader[: self.MOST], key=lambda row: row["step"])
        # The trail consists of the broader categories that most of its articles have.
        trail = [row for row in broader if self.is_most(row["shared"], len(articles))]
        chosen = [row["category"] for row in (*broader, *narrower[: self.MOST], *beside[: self.MOST])]
        # most_used() adds the counts of published articles.
        categories = {
            category.pk: category for category in Category.objects.filter(pk__in=chosen).most_used()
        }

        def found(rows):
            return [categories[row["category"]] for row in rows if row["category"] in categories]

        self.trail, self.broader = found(trail), found(broader)
        self.narrower, self.together = found(narrower), found(beside)

    def is_most(self, part, whole) -> bool:
        return part >= MIN_INDEXED_ARTICLES and part >= self.SHARE * whole


def index_categories() -> list[Category]:
    """Return the categories for the end of the home page, sorted by name.

    Categories with fewer than MIN_INDEXED_ARTICLES articles are skipped if at least FEW_CATEGORIES remain.
    Otherwise the FEW_CATEGORIES most used are returned.
    """
    categories = Category.objects.most_used_cached(INDEX_CATEGORIES)
    busy = [category for category in categories if category.article_count >= MIN_INDEXED_ARTICLES]
    return in_name_order(busy if len(busy) >= FEW_CATEGORIES else categories[:FEW_CATEGORIES])
