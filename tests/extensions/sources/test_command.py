"""manage.py open_sources."""

import json

import pytest
from django.core.management import CommandError, call_command

from blog.extensions.sources.acts import OPEN
from blog.extensions.sources.models import Source, SourceSettings
from blog.jobs import locks
from tests.extensions.sources.conftest import html
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles(pages):
    pages.put("/a", html(), Content_Type="text/html")
    pages.put("/b", status=410)
    return [factories.create_article(body=f"See [this]({pages.address(path)}).") for path in ("/a", "/b")]


def test_says_what_was_opened(articles, pages, capsys, tmp_path):
    call_command("open_sources", report=tmp_path / "report.jsonl")

    out, err = capsys.readouterr()
    assert out == "2 sources: 1 opened, 1 gone.\n"
    assert f"{pages.address('/b')}: the server answers 410." in err
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert {(line["now"], line["status"], *line["articles"]) for line in lines} == {
        ("ok", 200, articles[0].slug),
        ("gone", 410, articles[1].slug),
    }
    call_command("open_sources")
    assert capsys.readouterr().out == "0 sources: nothing to open.\n"


def test_opens_the_sources_of_one_article(articles, pages):
    call_command("open_sources", article=articles[0].slug, quiet=True)

    assert "/b" not in pages.asked
    assert Source.objects.at(pages.address("/a")).state == "ok"


def test_all_are_opened_unasked_but_not_twice_within_a_day(articles, pages):
    SourceSettings.objects.create(opening="asked")
    call_command("open_sources", quiet=True)
    assert pages.asked == []
    for _ in range(2):
        call_command("open_sources", all=True, quiet=True)

    assert sorted(pages.asked) == ["/a", "/b", "/robots.txt"]


def test_refuses_to_open_what_must_not_be_opened(articles, settings, tmp_path):
    with pytest.raises(CommandError, match="no article with the slug “none”"):
        call_command("open_sources", article="none")
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("open_sources", report=tmp_path / "none" / "report.jsonl")
    with locks.hold(f"group-{OPEN}"), pytest.raises(CommandError, match="already"):
        call_command("open_sources")
    settings.OPEN_SOURCES = False
    with pytest.raises(CommandError, match="GALLEY_OPEN_SOURCES=no"):
        call_command("open_sources")
