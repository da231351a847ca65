"""The configuration of a source's generator is found in, above or next to it."""

import zipfile

import pytest

from blog.imports.addresses import find_addresses, find_configuration
from blog.imports.report import ImportOptions
from blog.imports.sources import find_source

CONFIGURATION = "url: https://example.org\n"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site/_posts").mkdir(parents=True)
    (tmp_path / "site/_posts/2020-01-02-a.md").write_text("A")
    (tmp_path / "site/_config.yml").write_text(CONFIGURATION)
    return tmp_path / "site"


class TestFindConfiguration:
    @pytest.mark.parametrize(
        ("part", "path", "from_configuration"),
        [
            ("", "_posts/2020-01-02-a.md", "_posts/2020-01-02-a.md"),
            ("_posts", "2020-01-02-a.md", "_posts/2020-01-02-a.md"),
            ("..", "site/_posts/2020-01-02-a.md", "_posts/2020-01-02-a.md"),
        ],
    )
    def test_in_above_and_below_the_folder(self, site, part, path, from_configuration):
        found = find_configuration(find_source(site / part, ""))

        assert found.configuration.host == "example.org"
        assert found.rules.path_from_configuration(path) == from_configuration
        assert found.static_roots == ((site, ""),)

    def test_in_an_archive(self, site, tmp_path):
        with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
            archive.write(site / "_config.yml", "site/_config.yml")
            archive.write(site / "_posts/2020-01-02-a.md", "site/_posts/2020-01-02-a.md")

        found = find_configuration(find_source(tmp_path / "other.zip", ""))

        assert found.path == "site/_config.yml"
        assert found.rules.path_from_configuration("site/_posts/2020-01-02-a.md") == "_posts/2020-01-02-a.md"
        assert found.rules.path_from_configuration("elsewhere.md") is None

    def test_not_above_an_upload(self, site):
        assert find_configuration(find_source(site / "_posts", ""), looks_above=False) is None

    def test_one_that_cannot_be_read_is_a_problem(self, site):
        (site / "_config.yml").write_text("a: 1\nb: [")

        problem = "line 3: did not find expected node content"
        assert find_configuration(find_source(site, "")).problem == problem

    def test_unusable_pattern_costs_addresses_only(self, site):
        (site / "_config.yml").write_text("permalink: /:unknown/:title/")

        source = find_source(site, "")
        assert find_addresses(source, ImportOptions()).problem == ":unknown is not a known token."
        assert find_addresses(source, ImportOptions(addresses="/:title/")).problem == ""

    def test_links_are_not_followed(self, site, tmp_path):
        (tmp_path / "secret.yml").write_text(CONFIGURATION)
        (site / "_config.yml").unlink()
        (site / "_config.yml").symlink_to(tmp_path / "secret.yml")

        assert find_configuration(find_source(site, "")) is None
