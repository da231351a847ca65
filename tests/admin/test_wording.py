"""The admin speaks to editors: no options of commands, no names of settings, nothing of Django's insides."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse

import blog
from blog.admin.wording import in_editors_words
from blog.models import ImportBatch
from tests.support import factories
from tests.support.admin_addresses import address_of, admin_routes
from tests.support.admin_pages import create_article, give_source, page_of, text_of

OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]+")
INSIDERS = re.compile(
    r"GALLEY_\w+|SITE_[A-Z]+|\bmanage\.py\b|\brelated (?:objects|items)\b|\bqueryset\b|\b4(?:04|10)\b"
    r"|(?<!\S)--[a-z]"
)


# Where it says that it could not run at all, on the command line alone.
STARTING = {"running.py", "preparing.py"}


def sentences_with_options() -> list[str]:
    """Return what the importer may say of a file, where it names an option of its command."""
    importing = Path(blog.__file__).parent / "importing"
    constants = [
        node.value
        for path in sorted(importing.glob("*.py"))
        if path.name not in STARTING
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [value for value in constants if OPTION.search(value)]


class TestImports:
    def test_name_options_in_some_sentences(self):
        assert len(sentences_with_options()) >= 3

    @pytest.mark.parametrize("sentence", sentences_with_options())
    def test_are_told_to_editors_without_options(self, sentence):
        assert not OPTION.search(in_editors_words(sentence))

    @pytest.mark.django_db
    def test_are_shown_without_options(self, admin_client):
        source = give_source(create_article())
        said = sentences_with_options()
        entry = source.batch.entries.create(
            article=source.article, file="a.md", outcome="rejected", message=said[0], warnings=said
        )

        pages = [
            admin_client.get(url)
            for url in (
                page_of(source.article),
                page_of(source.batch),
                page_of(entry),
                reverse("admin:blog_importentry_changelist"),
            )
        ]

        for page in pages:
            assert not OPTION.search(text_of(page))
        assert all("refused" in text_of(page) for page in pages[1:])
        assert all("rejected" not in text_of(page) for page in pages[1:])


@pytest.mark.django_db
class TestPages:
    def test_say_nothing_that_only_developers_understand(self, admin_client, admin_user):
        source = give_source(create_article(categories=[factories.create_category()]))
        rows = {
            "blog/article": source.article,
            "blog/category": source.article.category_links.get().category,
            "blog/author": factories.create_author(),
            "blog/image": factories.create_image(),
            "blog/page": factories.create_page(),
            "blog/importbatch": ImportBatch.objects.get(),
            "auth/user": admin_user,
        }
        seen = {}
        for name, route in admin_routes().items():
            page = admin_client.get(address_of(name, route, rows), follow=True)
            if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
                seen[name] = INSIDERS.findall(text_of(page))

        assert {name: found for name, found in seen.items() if found} == {}
        assert len(seen) > 40
