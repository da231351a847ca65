"""Two editors who save one article at once, each in a process, lose no word and are asked nothing."""

import subprocess

import pytest

from tests.support.durations import SAVES_OF_EACH_OF_TWO

SET_UP = """
from django.contrib.auth.models import User
from tests.support import factories
from blog.articles.versions.history import record_version
for name in ("ada", "bo"):
    User.objects.create_superuser(name, first_name=name)
words = {"body": "Ada:\\n\\nNobody's.\\n\\nBo:\\n", "excerpt": "ada:", "share_quote": "bo:"}
record_version(factories.create_article(**words))
"""
# Adds a word a time to a field and to a paragraph, and a category.
EDIT = """
from django.contrib.auth.models import User
from django.test import Client
from tests.support.admin_pages import page_of, shown_form, text_of
from tests.support import factories
from blog.models import Article
client, article = Client(headers={"host": "localhost"}), Article.objects.get()
client.force_login(User.objects.get(username=NAME))
for number in range(SAVES):
    topic = factories.create_category(f"{NAME} {number}")
    form = shown_form(client, page_of(article)) | {"_continue": "1"}
    form[FIELD] += f" {NAME}{number}"
    paragraphs = form["body"].split("\\r\\n\\r\\n")
    paragraphs[PLACE] = f"{paragraphs[PLACE].rstrip()} {NAME}{number}"
    form["body"] = "\\r\\n\\r\\n".join(paragraphs) + "\\r\\n"
    rows = int(form["category_links-TOTAL_FORMS"])
    form |= {"category_links-TOTAL_FORMS": rows + 1, f"category_links-{rows}-category": topic.pk}
    form |= {f"category_links-{rows}-level": 0}
    answer = client.post(page_of(article), form)
    assert answer.status_code == 302, text_of(answer)
"""
READ = """
from blog.models import Article
article = Article.objects.get()
found = []
for name, words in (("ada", article.excerpt), ("bo", article.share_quote)):
    all_words = [f"{name}{number}" for number in range(SAVES)]
    paragraph = article.body.split("\\n\\n")[0 if name == "ada" else 2]
    found += [words.split()[1:] == all_words, paragraph.split()[1:] == all_words]
topics = set(article.category_links.values_list("category__name", flat=True))
found += [topics == {f"{name} {number}" for name in ("ada", "bo") for number in range(SAVES)}]
found += [article.versions.filter(action="merged").exists(), article.versions.count() == 2 * SAVES + 1]
print(found)
"""


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        assert site.start_script(SET_UP).wait(120) == 0
        yield site


def start(site, script, *, stdout=None, **names):
    lines = "".join(
        f"{name} = {value!r}\n" for name, value in {"SAVES": SAVES_OF_EACH_OF_TWO, **names}.items()
    )
    return site.start_script(lines + script, stdout=stdout, text=True)


@pytest.mark.both_databases
def test_no_edit_is_lost_and_disjoint_ones_are_no_question(site):
    editors = [
        start(site, EDIT, NAME="ada", FIELD="excerpt", PLACE=0),
        start(site, EDIT, NAME="bo", FIELD="share_quote", PLACE=2),
    ]

    assert [editor.wait(500) for editor in editors] == [0, 0]
    assert start(site, READ, stdout=subprocess.PIPE).communicate()[0].strip() == str([True] * 7)
