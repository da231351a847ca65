"""Many processes that change one database at once: saves of one article, and imports."""

import json

import pytest

from tests.support.durations import FILES_OF_EACH_IMPORT, SAVES_OF_EACH_OF_THREE

# Adds a word to the same article again and again, as somebody who is told when another was quicker.
ADD_WORDS = f"""
from blog.models import Article
from blog.articles.models import StaleArticleError
words = 0
while words < {SAVES_OF_EACH_OF_THREE}:
    article = Article.objects.get()
    article.body += " word"
    try:
        article.save()
    except StaleArticleError:
        continue
    words += 1
"""


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
def test_of_those_who_save_one_article_at_once_nobody_is_overwritten(site):
    made = site.start_script("from blog.models import Article; Article(title='a', slug='a', body='a').save()")
    assert made.wait(60) == 0

    processes = [site.start_script(ADD_WORDS) for _ in range(3)]

    assert [process.wait(120) for process in processes] == [0, 0, 0]
    assert site.value("SELECT word_count FROM blog_article") == 1 + 3 * SAVES_OF_EACH_OF_THREE
    assert site.value("SELECT lock_version FROM blog_article") == 1 + 3 * SAVES_OF_EACH_OF_THREE


@pytest.mark.both_databases
def test_imports_at_once_make_each_category_and_each_slug_once(site, tmp_path):
    names = [f"Topic {number}" for number in range(60)]
    orders = (names, names[::-1], names[30:] + names[:30])
    files = FILES_OF_EACH_IMPORT
    folders = [
        write_files(tmp_path / f"posts-{place}", files, lambda file, order=order: [order[file % 60], "Sea"])
        for place, order in enumerate(orders)
    ]

    imports = [
        site.fork("import_articles", folder, "--quiet", "--workers=1", "--no-check") for folder in folders
    ]

    assert [process.wait(120) for process in imports] == [0, 0, 0]
    assert site.value("SELECT count(*) FROM blog_article") == 3 * files
    assert site.value("SELECT count(*) FROM blog_category") == 61
    assert site.value("SELECT count(*) FROM blog_author") == 1
    assert site.value("SELECT count(*) FROM blog_articlecategory") == 6 * files
