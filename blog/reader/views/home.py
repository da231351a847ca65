"""The home page, and the home of each language."""

import itertools

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.languages import base_language
from blog.articles.models import Article
from blog.articles.translations import home_of, language_homes, name_of_language
from blog.reader import page_head
from blog.reader.context_processors import masthead_categories
from blog.reader.views.categories import index_categories
from blog.reader.views.pages import page_detail
from blog.reader.views.pagination import article_page_or_404
from blog.reader.views.sections import HomeSection, cards, keys
from blog.site.pages import Page


@require_safe
def home(request):
    categories = masthead_categories()
    homes = language_homes(Article.objects)
    front = FrontPage(categories[:3], languages_elsewhere(homes))
    context = {
        "categories": categories,
        "front": front,
        "all_categories": index_categories(),
        "homes": [(tag, name_of_language(tag), path) for tag, path in homes if path != request.path],
        "meta": page_head.home_metadata(front.top, homes),
    }
    return render(request, "blog/home.html", context)


@require_safe
def language_home(request, language):
    if Page.objects.published().filter(slug=language).exists():  # stored before such slugs were reserved
        return page_detail(request, language)
    homes = language_homes(Article.objects)
    tags = {tag.lower(): tag for tag, _path in homes}
    if language not in tags:
        raise Http404
    if (home := home_of(language)) != request.path:
        return redirect(home, permanent=True)
    in_language = Article.objects.published().filter(base_language=base_language(language))
    newest = in_language.filter(language__iexact=language).newest_first().values_list("pk", flat=True)
    page = article_page_or_404(newest, request.GET.get("page"))
    name = name_of_language(language)
    context = {
        "language_name": name,
        "language_tag": tags[language],
        "page": page,
        "homes": [(tag, name_of_language(tag), path) for tag, path in homes if path != request.path],
        "meta": page_head.page_metadata(
            name,
            home,
            names=page,
            page_number=page.number,
            alternates=page_head.home_alternates(homes) if page.number == 1 else (),
        ),
    }
    return render(request, "blog/language_home.html", context)


def languages_elsewhere(homes) -> set[str]:
    """Return the base languages that have homes of their own, and are mostly left out of the home page.

    Empty if the site's language is not among the homes: then the home page is that of all languages.
    """
    languages = {base_language(tag) for tag, _path in homes}
    site = base_language(settings.LANGUAGE_CODE)
    return languages - {site} if site in languages else set()


class FrontPage:
    """The articles of the home page by section. Each article appears once, in its most prominent section."""

    RAIL, SHELF, LATEST, MOST_LATEST, CATEGORY = 6, 3, 5, 9, 5
    LAYOUTS = ("split", "split flip", "three")

    def __init__(self, categories, elsewhere=()):
        """Choose the articles by primary key, then fetch all of them in one query.

        elsewhere: base languages of which only articles that an editor has featured or marked as trending
        are shown.
        """
        newest = Article.objects.published().newest_first()
        here = newest.exclude(base_language__in=elsewhere) if elsewhere else newest
        latest = keys(here[: 1 + self.RAIL + self.SHELF + self.MOST_LATEST])
        featured = keys(newest.featured()[: 1 + self.RAIL + self.SHELF])
        self.shelf_is_editors = len(featured) > 2
        if not self.shelf_is_editors:
            featured += keys(here.featured_by_files()[: 1 + self.RAIL + self.SHELF])
        trending = keys(newest.trending()[: 1 + self.SHELF + self.RAIL])
        shown = []
        lead = take(featured or latest, 1, shown)
        shelf = take(featured, self.SHELF, shown) if len(featured) > 2 else []
        rail = take(trending, self.RAIL, shown)
        self.rail_is_trending = bool(rail)
        rail = rail or take(latest, self.RAIL, shown)
        # Without categories, the latest articles are the only section.
        rows = 1 if categories else 3
        sections = [(None, take(latest, self.LATEST if categories else 3 * rows, shown))]
        for category in categories:
            links = category.article_links.published()
            links = links.exclude(article__base_language__in=elsewhere) if elsewhere else links
            in_category = list(links.newest_articles()[: self.CATEGORY + len(shown)])
            sections.append((category, take(in_category, self.CATEGORY, shown)))
        articles = {article.pk: article for article in cards(shown)}

        def found(chosen):
            return [articles[key] for key in chosen if key in articles]

        self.lead = next(iter(found(lead)), None)
        self.rail, self.shelf = found(rail), found(shelf)
        heading = _("Latest") if self.rail_is_trending or not rail else _("Before that")
        filled = [
            HomeSection(found(chosen), category, heading, rows=rows)
            for category, chosen in sections
            if len(chosen) > bool(category)
        ]
        for section, layout in zip(filled, itertools.cycle(self.LAYOUTS), strict=False):
            section.arrange(layout)
        self.sections = filled

    @property
    def top(self) -> list[Article]:
        """The most prominent articles."""
        return [self.lead, *self.rail] if self.lead else []


def take(candidates, number, shown) -> list[int]:
    """Return the first `number` candidates (pks) that are not yet in `shown`, and add them to `shown`."""
    taken = [key for key in candidates if key not in shown][:number]
    shown.extend(taken)
    return taken
