"""The configuration of a generator says where its site was."""

import pytest

from blog.articles.internal_links import shown_urls
from blog.imports.addresses import find_addresses
from blog.imports.report import ImportOptions
from blog.imports.sources import find_source
from blog.models import Article
from blog.reader.body import shown_html
from tests.support.import_files import run, write

NAMES = [f"tide-{number}" for number in range(12)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["https://www.old.example/blog/tides/", "http://old.example/blog/tides#low"]
)
def test_a_link_to_the_configured_site_leads_to_the_article(folder, address):
    (folder / "_config.yml").write_text("url: https://old.example\nbaseurl: /blog\npermalink: /:title/\n")
    write(folder, "_posts/2024-05-01-tides.md", title="Tides", status="published")
    write(folder, "_posts/2024-05-02-moon.md", title="Moon", body=f"See [them]({address}).")
    run(folder, status="as-file")

    moon = Article.objects.get(title="Moon")
    html = shown_html(moon.body_html, shown_urls(moon.body_html, moon.pk))

    assert f'href="{Article.objects.get(title="Tides").get_absolute_url()}' in html
    assert "rel=" not in html


def test_a_configuration_counts_instead_of_the_pattern_of_links(tmp_path):
    for name, following in zip(NAMES, [*NAMES[1:], NAMES[0]], strict=True):
        write(tmp_path, f"_posts/2024-05-06-{name}.md", title=name, body=f"See [this](/{following}/).")
    assert find_addresses(find_source(tmp_path, ""), ImportOptions()).proof

    (tmp_path / "_config.yml").write_text("permalink: /:title.html\n")
    configured = find_addresses(find_source(tmp_path, ""), ImportOptions())

    assert configured.proof is None
    assert configured.generator == "Jekyll"
