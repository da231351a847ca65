"""What extensions add to the desk besides slots: a function of theirs that fails takes no page down."""

import pytest

from blog import extend
from blog.management.checks import check_findings_of_extensions, check_links_of_extensions


@pytest.fixture
def add():
    """Return add(point, item), which adds to a list of blog/extend.py for the test."""
    added = []

    def add(point, item):
        added.append((point, point.add(item)))

    yield add
    for point, item in added:
        point.remove(item)


def fail(*arguments):
    raise RuntimeError("Out of order")


@pytest.mark.django_db
class TestFailingFunctions:
    def test_leave_out_what_they_decide(self, add, admin_client, caplog):
        add(extend.desk_links, extend.DeskLink("Never shown", "admin:index", place="bar", is_shown=fail))
        add(extend.desk_links, extend.DeskLink("Without a number", "admin:index", place="bar", number=fail))
        add(extend.decisions, fail)
        add(extend.slots, extend.Slot("dashboard", "admin/missing.html", is_shown=fail))

        page = admin_client.get("/admin/")

        assert page.status_code == 200
        assert "Without a number" in page.text
        assert "Never shown" not in page.text
        assert "Out of order" in caplog.text

    def test_take_no_page_of_readers_down(self, add, client):
        add(extend.slots, extend.Slot("head", "admin/missing.html", is_shown=fail))

        assert client.get("/").status_code == 200


class TestCheck:
    def test_a_link_to_no_screen_is_an_error(self, add):
        assert check_links_of_extensions(None) == []

        add(extend.desk_links, extend.DeskLink("Chat", "admin:chat_settings"))

        assert [error.id for error in check_links_of_extensions(None)] == ["galley.E022"]


class TestFindings:
    @pytest.mark.parametrize(
        ("name", "options", "reason"),
        [
            ("chat.quiet", {}, "label of no app"),
            ("blog.quiet", {"field": "exerpt"}, "names a field"),
            ("blog.quiet", {"url_name": "admin:index"}, "no screen of one article"),
        ],
    )
    def test_with_a_fault_are_found_by_the_check(self, name, options, reason, monkeypatch):
        monkeypatch.setattr(extend, "finding_kinds", extend.Point())
        extend.finding_kinds.add(extend.FindingKind("blog.good", "Good", "It is good.", field="excerpt"))
        extend.finding_kinds.add(extend.FindingKind(name, "Quiet", "Say something.", **options))

        [error] = check_findings_of_extensions(None)

        assert name in error.msg
        assert reason in error.msg
