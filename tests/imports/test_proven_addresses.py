"""The links between the texts of a source show how they were addressed."""

import pytest

from blog.imports.addresses import OFF, find_addresses
from blog.imports.report import ImportOptions
from blog.imports.sources import find_source

NAMES = [f"tide-{number}" for number in range(12)]


def write(folder, path, link, links=NAMES, more=""):
    """Write a text for each name, which links to the next one. Return the addresses found for them."""
    for name, following in zip(links, [*links[1:], links[0]], strict=True):
        file = folder / path.format(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n\nSee [this]({link.format(following)}#part) and ![it](/a.png).\n{more}")
    return find_addresses(find_source(folder, ""), ImportOptions())


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("writing/{}.md", "/{}/"),
        ("{}/index.md", "/{}/"),
        ("blog/2023/{}/index.md", "/blog/2023/{}/"),
        ("content/posts/{}.md", "/posts/{}/"),
        ("posts/2024-05-06-{}.md", "/2024/05/06/{}"),
        ("posts/{}.md", "/blog/{}.html"),
        ("2024-05-06-{}.md", "/blog/2024/05/06/{}.html"),
    ],
)
def test_pattern_that_makes_the_links_work_is_used(tmp_path, path, link):
    found = write(tmp_path, path, link)

    address = found.rules.find({}, path.format(NAMES[0]), "")
    assert address.path.rstrip("/") == link.format(NAMES[0]).rstrip("/")
    assert found.proof == (12, 12)
    assert found.summary()["proof"] == (12, 12)


def test_pattern_must_explain_ten_links_and_four_of_five(tmp_path):
    few = write(tmp_path / "few", "{}.md", "/{}/", links=NAMES[:9])
    dead = write(tmp_path / "dead", "{}.md", "/{}/", more="[a](/shop/) [b](/about/)")

    assert (few.rules, few.proof) == (None, None)
    assert (dead.rules, dead.proof) == (None, None)


def test_links_to_other_folders_of_the_site_do_not_count(tmp_path):
    assert write(tmp_path, "{}.md", "/blog/{}/", more="[a](/docs/a/) [b](/docs/b/)").proof == (12, 12)


def test_pattern_of_a_person_counts_instead(tmp_path):
    assert write(tmp_path, "writing/{}.md", "/{}/").proof

    typed = find_addresses(find_source(tmp_path, ""), ImportOptions(addresses="/x/:title/"))
    off = find_addresses(find_source(tmp_path, ""), ImportOptions(addresses=OFF))

    assert typed.proof is off.proof is None
