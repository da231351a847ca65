"""Imports that change one database at once."""

import json

import pytest

from tests.support.durations import FILES_OF_EACH_IMPORT


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        yield site


def write_files(folder, files, categories):
    folder.mkdir()
    for number in range(files):
        keys = {
            "title": f"{folder.name} {number}",
            "slug": f"post-{number}",
            "categories": categories(number),
        }
        lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
        (folder / f"{number:05}.md").write_text(
            f"---\n{lines}date: 2026-03-01\nauthor: Ida\n---\n\nOf {folder}.\n"
        )
    return folder


@pytest.mark.both_databases
def test_imports_at_once_make_each_category_and_each_slug_once(site, tmp_path):
    files = FILES_OF_EACH_IMPORT
    topics = min(60, 2 * files)
    names = [f"Topic {number}" for number in range(topics)]
    orders = (names, names[::-1], names[topics // 2 :] + names[: topics // 2])
    folders = [
        write_files(
            tmp_path / f"posts-{place}", files, lambda file, order=order: [order[file % topics], "Sea"]
        )
        for place, order in enumerate(orders)
    ]

    imports = [
        site.fork("import_articles", folder, "--quiet", "--workers=1", "--no-check") for folder in folders
    ]

    assert [process.wait(120) for process in imports] == [0, 0, 0]
    assert site.value("SELECT count(*) FROM blog_article") == 3 * files
    assert site.value("SELECT count(*) FROM blog_category") == topics + 1
    assert site.value("SELECT count(*) FROM blog_author") == 1
    assert site.value("SELECT count(*) FROM blog_articlecategory") == 6 * files
