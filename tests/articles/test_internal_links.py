"""Links between articles are resolved when a page is shown, in every notation of the generators."""

import pytest

from blog.articles.internal_links import link_targets, shown_urls
from blog.models import Article, Page, Redirect
from blog.reader.body import shown_html
from tests.support.factories import create_article
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db

TIDES = "/articles/tides/"


@pytest.fixture
def site(folder):
    write(
        folder, "blog/2024-05-01-tides.md", title="Tides", slug="tides", status="published", date="2024-05-01"
    )
    return folder


def shown(site, body, path="blog/moon.md"):
    """Return the HTML of an article with this body, whose file is at `path`."""
    write(site, path, title="Moon", slug="moon", body=body)
    run(site, status="as-file")
    article = Article.objects.get(slug="moon")
    return shown_html(article.body_html, shown_urls(article.body_html, article.pk))


@pytest.mark.parametrize(
    "target",
    [
        "2024-05-01-tides.md",
        "./2024-05-01-tides.markdown",
        "../blog/2024-05-01-tides.md",
        "/blog/2024-05-01-tides.md",
        "@/blog/2024-05-01-tides.md",
        "{% link blog/2024-05-01-tides.md %}",
        "{{ site.baseurl }}{% post_url 2024-05-01-tides %}",
        "{% post_url blog/2024-05-01-tides %}",
        '{{< ref "2024-05-01-tides" >}}',
        '{{< relref "/blog/2024-05-01-tides.md" >}}',
        '{{% ref path="blog/2024-05-01-tides.md" %}}',
    ],
)
def test_a_link_to_a_file_leads_to_its_article(site, target):
    assert shown(site, f"See [them]({target}).") == f'<p>See <a href="{TIDES}">them</a>.</p>'


@pytest.mark.parametrize("note", ["2024-05-01-tides", "blog/2024-05-01-Tides", "2024-05-01-tides#High water"])
def test_a_wikilink_leads_to_the_article_of_its_note(site, note):
    anchor = "#s-high-water" if "#" in note else ""

    assert shown(site, f"See [[{note}|them]].") == f'<p>See <a href="{TIDES}{anchor}">them</a>.</p>'


@pytest.mark.parametrize(
    ("link", "is_resolved"), [("sea/tide/#x", True), ("./sea/tide/", False), ("tide/", False)]
)
def test_a_relative_link_without_a_dot_may_start_at_the_root(site, link, is_resolved):
    Redirect.objects.create(path="/sea/tide/", article=create_article(slug="tides"))
    Redirect.objects.create(path="/tide/", article=create_article(slug="tide"))

    assert (TIDES in shown(site, f"See [them]({link}).")) is is_resolved


@pytest.mark.parametrize(
    ("link", "is_resolved"),
    [("/Neap/#x", True), ("/neap", True), ("/spring/", False), ("/archive/", False)],
)
def test_a_name_at_the_root_leads_to_the_only_file_with_it(site, link, is_resolved):
    for path in ("sea/2024/neap.md", "sea/archive.md", "sea/spring.md", "lake/spring.md"):
        write(site, path, title=path, status="published", date="2024-05-01")

    assert ('href="/articles/' in shown(site, f"See [them]({link}).")) is is_resolved
    Page.objects.create(title="Neap", slug="neap")
    assert "/articles/" not in shown(site, f"See [these]({link}).")


def test_anchors_are_those_of_our_headings(site):
    html = shown(site, "See [them](2024-05-01-tides.md#high-water).")

    assert f'href="{TIDES}#s-high-water"' in html


@pytest.mark.parametrize("path", ["/2024/05/tides.html", "/2024/05/tides.html#low"])
def test_an_old_url_leads_to_the_article_at_once(site, path):
    run(site, status="as-file")
    Redirect.objects.create(path="/2024/05/tides.html", article=Article.objects.get())

    assert f'href="{TIDES}' in shown(site, f"See [them]({path}).")


@pytest.mark.parametrize(
    "text",
    ["[[1]]", "[[no such note|them]]", "[them]({% post_url 2020-01-01-gone %})", "[them](gone.md)"],
)
def test_a_link_to_an_unknown_file_is_its_text(site, text):
    assert "<a" not in shown(site, f"See {text}.")


@pytest.mark.parametrize(
    "target", ["/files/a.pdf", "/tides/", "a.pdf", "https://example.org/tides.md", "#tides"]
)
def test_other_links_stay(site, target):
    assert "<a " in shown(site, f"See [them]({target}).")
    assert TIDES not in shown(site, f"See [them]({target}).")


def test_a_target_that_is_imported_later_is_found(folder):
    assert "<a" not in shown(folder, "See [them](2024-05-01-tides.md).")

    write(
        folder, "blog/2024-05-01-tides.md", title="Tides", slug="tides", status="published", date="2024-05-01"
    )

    assert TIDES in shown(folder, "See [them](2024-05-01-tides.md).")


def test_a_target_that_readers_may_not_see_is_text(site):
    write(site, "blog/2024-05-01-tides.md", title="Tides", slug="tides", status="draft")

    assert "<a" not in shown(site, "See [them](2024-05-01-tides.md).")


def test_of_two_files_with_the_name_none_is_guessed(site):
    write(site, "news/2024-05-01-tides.md", title="News", slug="news", status="published", date="2024-05-01")

    assert "<a" not in shown(site, "See [[2024-05-01-tides]].", path="notes/moon.md")


@pytest.mark.parametrize(
    "address", ["https://www.old.example/blog/tides/", "http://old.example/blog/tides#low"]
)
def test_a_link_to_the_old_site_leads_to_the_article(site, address):
    run(site, status="as-file")
    Redirect.objects.create(path="/tides/", article=Article.objects.get())
    assert TIDES not in shown(site, f"See [them]({address}).")

    run(site, old_site="https://old.example/blog")

    assert f'href="{TIDES}' in (html := shown(site, f"See [them]({address})."))
    assert "rel=" not in html


@pytest.mark.both_databases
def test_many_links_take_six_queries(site, django_assert_max_num_queries):
    run(site, status="as-file")
    articles = {
        create_article().pk: {f"{name}.md" for name in range(50)}
        | {"/old/", "@/x.md", "../y/", "https://a.example/"}
        for _ in range(5)
    }

    with django_assert_max_num_queries(6):
        link_targets(articles)
