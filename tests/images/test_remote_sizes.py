"""The srcset of remote images."""

import pytest

from blog.images.renditions import remote_srcset

UNSPLASH = "https://images.unsplash.com/photo-1?q=85"


class TestSrcset:
    def test_offers_widths_up_to_the_one_in_the_url(self):
        found = remote_srcset(f"{UNSPLASH}&w=1000")

        assert [item.split()[1] for item in found.split(", ")] == ["400w", "640w", "800w", "1000w"]
        assert found.startswith("https://images.unsplash.com/photo-1?q=85&w=400 400w")

    def test_scales_the_height_with_the_width(self):
        assert "w=400&h=210" in remote_srcset(f"{UNSPLASH}&w=1200&h=630&fit=crop")

    def test_offers_all_widths_if_the_url_has_none(self):
        assert remote_srcset(UNSPLASH).endswith("w=2400 2400w")

    def test_escapes_spaces_and_commas_in_urls(self):
        found = remote_srcset("https://images.unsplash.com/photo a,b?auto=compress,format&w=500")

        assert found.count(", ") == 1
        assert found.split(", ")[0] == (
            "https://images.unsplash.com/photo%20a%2Cb?auto=compress%2Cformat&w=400 400w"
        )

    @pytest.mark.parametrize(
        "address",
        [
            *("https://pictures.example/a.jpg?w=1000", "https://images.unsplash.com.example/a.jpg?w=1000"),
            *(f"{UNSPLASH}&w=500&dpr=2", f"{UNSPLASH}&h=500", "https://[half", ""),
        ],
    )
    def test_is_empty_for_others(self, address):
        assert remote_srcset(address) == ""
