"""The dates of an article: many shapes, in keys and in file names."""

import dataclasses
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document

BERLIN = ZoneInfo("Europe/Berlin")


def fields(front_matter: str = "x: y", *, path: str = "name.md", time_zone=UTC):
    found = parse_document(f"---\ntitle: A\nslug: a\n{front_matter}\n---\n".encode())
    return read_fields(found, path=path, time_zone=time_zone)


class TestDate:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2025-03-18T19:54:52.318Z", datetime(2025, 3, 18, 19, 54, 52, 318000, UTC)),
            ("2009-12-25 10:41:06 +0000", datetime(2009, 12, 25, 10, 41, 6, tzinfo=UTC)),
            ("2009-12-25 9:41:06 -05:00", datetime(2009, 12, 25, 14, 41, 6, tzinfo=UTC)),
            ("2019-7-9", datetime(2019, 7, 8, 22, tzinfo=UTC)),
            ("2019/07/09", datetime(2019, 7, 8, 22, tzinfo=UTC)),
            ("2019-07-09 18::48::00", datetime(2019, 7, 9, 16, 48, tzinfo=UTC)),
            ("2019-07-09 at 6:05 pm", datetime(2019, 7, 9, 16, 5, tzinfo=UTC)),
            ("20190709", datetime(2019, 7, 8, 22, tzinfo=UTC)),
            ("20190709T160000Z", datetime(2019, 7, 9, 16, tzinfo=UTC)),
            ("Tue, 09 Jul 2019 16:00:00 GMT", datetime(2019, 7, 9, 16, tzinfo=UTC)),
            ("9 Jul 2019 12:00 EDT", datetime(2019, 7, 9, 16, tzinfo=UTC)),
            (
                "Tue Jul 09 2019 18:00:00 GMT+0200 (Central European Summer Time)",
                datetime(2019, 7, 9, 16, tzinfo=UTC),
            ),
            ("Tue Jul  9 16:00:00 UTC 2019", datetime(2019, 7, 9, 16, tzinfo=UTC)),
            ("Tue Jul 9 12:00:00 2019 -0400", datetime(2019, 7, 9, 16, tzinfo=UTC)),
            ("2019-07-09 12:00:00 2019 -0400", datetime(2019, 7, 9, 16, tzinfo=UTC)),
            ("July 9th, 2019", datetime(2019, 7, 8, 22, tzinfo=UTC)),
            ("9 July 2019", datetime(2019, 7, 8, 22, tzinfo=UTC)),
            ("Sept. 9, 2019", datetime(2019, 9, 8, 22, tzinfo=UTC)),
            ("1562688000", datetime(2019, 7, 9, 16, tzinfo=UTC)),
            ("1562688000123", datetime(2019, 7, 9, 16, 0, 0, 123000, UTC)),
        ],
    )
    def test_is_read_in_many_shapes_and_in_the_given_zone(self, text, moment):
        for quoted in (f"date: {text}", f'date: "{text}"'):
            found = fields(quoted, time_zone=BERLIN)

            assert found.dated_at == moment
            assert found.dated_at.tzinfo
            assert found.warnings == ()

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "soon",
                "2019-02-30",
                "2019-13-01",
                "03/12/2014",
                "0000-01-01",
                "0001-01-01T00:00:00+14:00",
                "12",
                "true",
            ),
            *(
                "9999-12-31T23:59:59-12:00",
                "2019-07-09 25:00",
                "2019-07-09 10:00 IST",
                "2019-07-09T10:00+99:99",
            ),
            *("10 Foo 2019", "2019-07-09 13:00 pm", "99999999999999999", "x" * 1000, "[2019]"),
        ],
    )
    def test_that_cannot_be_is_none_with_a_warning(self, text):
        found = fields(f"date: {text}")

        assert found.dated_at is None
        assert found.warnings[0].startswith("date not understood")

    def test_that_cannot_be_is_taken_from_the_file_name(self):
        found = fields("date: soon", path="2014-03-12-name.md")

        assert found.dated_at == datetime(2014, 3, 12, tzinfo=UTC)
        assert found.warnings[0].startswith("date not understood")

    def test_a_mapping_has_both_dates(self):
        found = fields("date:\n  created: 2019-07-09\n  updated: 2020-01-02")

        assert (found.dated_at, found.updated_at) == (
            datetime(2019, 7, 9, tzinfo=UTC),
            datetime(2020, 1, 2, tzinfo=UTC),
        )
        assert found.warnings == ()

    @pytest.mark.parametrize("value", ["[]", "{}", "false", "[null]", "[[]]", "{a: }", "[2019-01-01]", "-1"])
    @pytest.mark.parametrize("key", ["date", "updatedAt"])
    def test_that_is_none_in_another_shape_is_warned_about(self, key, value):
        found = fields(f"{key}: {value}")

        assert (found.dated_at, found.updated_at) == (None, None)
        assert any(warning.startswith(f"{key} not understood") for warning in found.warnings)

    @pytest.mark.parametrize("value", ["", "''", "null", "'  '"])
    def test_that_is_left_open_is_not(self, value):
        assert not any("understood" in warning for warning in fields(f"date: {value}").warnings)

    @pytest.mark.parametrize(
        ("path", "moment"),
        [
            ("posts/2014-03-12-name.md", datetime(2014, 3, 12, tzinfo=UTC)),
            ("2025-03-18T19:54:52.318Z-name.md", datetime(2025, 3, 18, 19, 54, 52, 318000, UTC)),
            ("2014-03-12-name/index.md", datetime(2014, 3, 12, tzinfo=UTC)),
            ("2014/03/12/name.md", datetime(2014, 3, 12, tzinfo=UTC)),
            ("name.md", None),
        ],
    )
    def test_is_in_the_path_if_there_is_no_key(self, path, moment):
        assert fields("date: ''", path=path).dated_at == moment

    def test_the_key_counts_more_than_the_file_name(self):
        assert fields("date: 2020-01-01", path="2014-03-12-name.md").dated_at.year == 2020

    def test_published_may_be_a_date(self):
        found = fields("published: 2020-01-01")

        assert (found.dated_at.year, found.status) == (2020, None)

    @given(st.text(max_size=60) | st.integers() | st.floats())
    def test_nothing_breaks_the_reader(self, value):
        found = parse_document(b"x")
        found = dataclasses.replace(found, fields={"date": value})

        moment = read_fields(found, path="", time_zone=BERLIN).dated_at

        assert moment is None or moment.utcoffset() is not None
