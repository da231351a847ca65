"""An export of Ghost gives a file for each post and page."""

import json

import pytest

from tests.extensions.systems.exports import SAMPLES, converted, packed
from tests.support.images import image_bytes

KEY = "6601a0000000000000000"
CROSSING, WINTER = f"posts/crossing-the-sound-{KEY}101.md", f"posts/winter-timetable-{KEY}102.md"
YARD = f"posts/the-yards-report-{KEY}103.md"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return converted(SAMPLES / "ghost.json", tmp_path_factory.mktemp("ghost"))


def test_front_matter_states_what_ghost_knows(export):
    assert export.fields(CROSSING) == {
        "title": "Crossing the sound",
        "slug": "crossing-the-sound",
        "date": "2025-03-02T10:00:00Z",
        "updatedAt": "2025-03-20T09:00:00Z",
        "status": "published",
        "authors": ["Mia Sund", "Ole Vik"],
        "excerpt": "Four departures, one ramp.",
        "metaDescription": "How to cross.",
        "category": "Timetables",
        "tags": ["Timetables", "Travel"],
        "featured": True,
        "image": "/content/images/2025/03/ferry.png",
        "imageAlt": "The ferry at the quay",
        "imageCredit": "Photo: Mia Sund",
        "permalink": "/crossing-the-sound/",
    }
    assert b'"bio": "Keeps the timetable."' in export.files["authors.json"]


def test_drafts_and_texts_for_members_are_not_published(export):
    assert export.fields(YARD)["status"] == "draft"
    assert export.fields(f"posts/for-members-{KEY}104.md")["status"] == "draft"
    assert f"pages/about-{KEY}105.md" in export.files


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (CROSSING, "[the winter timetable](/winter-timetable/)"),
        (CROSSING, '![The ramp at low water](/content/images/2025/03/ramp.png "The ramp, one hour'),
        (CROSSING, "**Note:** 💡 Bring **exact change**."),
        (CROSSING, "[Tide tables for the sound](https://tides.example.org/) \N{EN DASH} Heights"),
        (CROSSING, "<details><summary>Can I take a bicycle?</summary><p>Yes, two at a time.</p>"),
        (CROSSING, "![The deck](/content/images/2025/03/deck.jpg)\n\n![The wheelhouse]("),
        (CROSSING, "<https://www.youtube.com/watch?v=ferry2025>\n\n*A crossing in a minute*"),
        (CROSSING, "[ramp.mp4]("),
        (CROSSING, "[Timetable](/content/files/2025/03/timetable.pdf)"),
        (WINTER, "**twice** a day, and *never* in a gale.\\\nAsk [the office](/about/)."),
        (WINTER, "1. 08:15\n2. 16:40"),
        (WINTER, '![The ferry in ice](/content/images/2025/03/ferry.png "January 2024")'),
        (WINTER, "```python\nif wind > 20:\n    stay()\n```"),
        (WINTER, "**Note:** Call before you come."),
        (WINTER, "| a | b |"),
        (WINTER, "Raw <kbd>HTML</kbd>"),
        (YARD, "found **rot** in the deck, says [its report](https://yard.example.org/)."),
        (
            YARD,
            '- New paint\n\n![The old deck](/content/images/2025/03/deck.jpg "Before the repair")',
        ),
    ],
)
def test_cards_become_markdown(export, path, shown):
    assert shown in export.body(path)


def test_pictures_and_files_of_the_archive_come_along_and_others_stay_on_the_site(tmp_path):
    name = "content/images/2025/03/ramp.png"
    pdf = "content/files/2025/03/timetable.pdf"
    files = {"export.json": (SAMPLES / "ghost.json").read_text(), name: image_bytes("PNG"), pdf: b"%PDF"}

    export = converted(packed(tmp_path / "g.zip", files), tmp_path, site_url="https://sound.example.org")

    assert export.files[name] == files[name]
    assert f"](/{name} " in export.body(CROSSING)
    assert export.files[pdf] == b"%PDF"
    assert f"[Timetable](/{pdf})" in export.body(CROSSING)
    assert "](https://sound.example.org/content/images/2025/03/deck.jpg)" in export.body(CROSSING)


def test_what_has_no_place_here_is_counted(export):
    assert export.left_out == {
        "newsletters": 1,
        "signup and header cards": 1,
        "internal tags": 1,
        "pieces of injected code": 1,
        "cards for e-mail only": 1,
    }


class TestRoutes:
    @pytest.fixture
    def addresses(self, tmp_path):
        """A function that converts the sample with routes, and returns the addresses of two posts."""

        def addresses(routes, **settings):
            data = json.loads((SAMPLES / "ghost.json").read_text())
            rows = [{"key": key, "value": value} for key, value in settings.items()]
            data["db"][0]["data"]["settings"] += rows
            files = {"export.json": json.dumps(data)} | ({"settings/routes.yaml": routes} if routes else {})
            export = converted(packed(tmp_path / "g.zip", files), tmp_path)
            return [export.fields(path).get("permalink") for path in (CROSSING, WINTER)], export

        return addresses

    def test_first_collection_whose_filter_selects_a_post_gives_its_address(self, addresses):
        found, export = addresses(
            "collections:\n"
            "  /a/:\n    permalink: /a/{primary_tag}/{slug}/\n    filter: featured:true+tag:[x,travel]\n"
            "  /b/:\n    permalink: /b/{year}/{month}/{day}/{slug}/\n    filter: primary_tag:-x,author:mia\n"
            "taxonomies:\n  tag: /topic/{slug}/\n"
        )

        assert found == ["/a/timetables/crossing-the-sound/", "/b/2024/10/02/winter-timetable/"]
        assert json.loads(export.files["galley-export.json"])["feeds"]["tags"] == "topic/:name/"
        assert export.fields(f"pages/about-{KEY}105.md")["permalink"] == "/about/"

    def test_post_of_no_collection_had_no_address(self, addresses):
        found, _ = addresses("collections:\n  /a/:\n    permalink: /{slug}/\n    filter: featured:true\n")

        assert found == ["/crossing-the-sound/", None]

    def test_unknown_filter_gives_no_address_and_is_counted(self, addresses):
        found, export = addresses("collections:\n  /:\n    permalink: /{slug}/\n    filter: (tag:a)\n")

        assert found == [None, None]
        assert export.left_out["addresses of collections with an unknown filter"] == 3

    def test_dates_are_in_the_time_zone_of_the_site(self, addresses):
        routes = "collections:\n  /:\n    permalink: /{day}/{slug}/\n"

        assert addresses(routes, timezone="Pacific/Kiritimati")[0][0] == "/03/crossing-the-sound/"

    def test_setting_of_ghost_1_is_a_pattern(self, addresses):
        found, _ = addresses("", permalinks="/:year/:slug/")

        assert found == ["/2025/crossing-the-sound/", "/2024/winter-timetable/"]

    def test_routes_next_to_a_single_file_count(self, tmp_path):
        (tmp_path / "export.json").write_text((SAMPLES / "ghost.json").read_text())
        (tmp_path / "routes.yaml").write_text("collections:\n  /:\n    permalink: /blog/{slug}/\n")

        export = converted(tmp_path / "export.json", tmp_path)

        assert export.fields(CROSSING)["permalink"] == "/blog/crossing-the-sound/"

    def test_routes_that_cannot_be_read_are_refused_alone(self, addresses):
        found, export = addresses("collections: [")

        assert found == [None, None]
        assert "settings/routes.yaml" in dict(export.found.refused)["routes.yaml"]
