"""Which HTML files are articles."""

import pytest

from blog.documents.fields.paths import reason_to_skip_html
from blog.documents.frontmatter.document import parse_file

TITLED, UNTITLED = "---\ntitle: Tides\n---\n", "---\nlayout: default\n---\n"
PAGE = "<!doctype html><title>Tides</title><body><p>Words."


@pytest.mark.parametrize(
    ("path", "text", "is_article"),
    [
        ("_posts/2020-01-02-tides.html", UNTITLED, True),
        ("posts/tides/index.html", PAGE, True),
        ("2020-01-02-tides.html", PAGE, True),
        ("about.html", TITLED, True),
        ("about.html", PAGE, False),
        ("index.html", UNTITLED, False),
        ("posts/index.html", UNTITLED, False),
        ("posts/index.html", f"{TITLED}{{% for post in site.posts %}}", False),
        ("_layouts/post.html", TITLED, False),
        ("themes/plain/layouts/posts/single.html", TITLED, False),
        ("public/posts/tides/index.html", PAGE, False),
        ("404.html", TITLED, False),
        ("404.md", UNTITLED, True),
    ],
)
def test_templates_and_lists_are_no_articles(path, text, is_article):
    document = parse_file(text.encode(), path)

    assert (reason_to_skip_html(document, path) is None) == is_article
