"""The home of each language: the articles in it, newest first."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from blog.articles.languages import base_language
from blog.articles.models import Article
from blog.articles.translations import home_of, language_homes, name_of_language
from blog.reader import page_head
from blog.reader.views.pages import page_detail
from blog.reader.views.pagination import article_page_or_404
from blog.site.pages import Page


@require_safe
def language_home(request, language):
    if Page.objects.published().filter(slug=language).exists():  # older than the reservation of these slugs
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
