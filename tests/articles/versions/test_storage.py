"""Encoding of versions: lossless, and small for small changes."""

import random

from hypothesis import given
from hypothesis import strategies as st

from blog.articles.versions.storage import (
    decode_difference,
    decode_whole,
    encode,
    encode_difference,
    encode_whole,
)

CONTENTS = st.binary(max_size=500) | st.text(alphabet="ab \n", max_size=500).map(str.encode)


def words(number, seed=1):
    chosen = random.Random(seed)  # noqa: S311 -- a text, no secret
    return " ".join(f"word{chosen.randrange(10**6)}" for _ in range(number)).encode()


class TestWhole:
    @given(CONTENTS)
    def test_comes_out_as_it_went_in(self, contents):
        assert decode_whole(encode_whole(contents)) == contents

    def test_is_read_by_every_later_release(self):
        stored = bytes.fromhex("c32e1c920974b11e926eb080522d00")

        assert decode_whole(stored) == b'{"authors":[],"body":"Tides.","title":"Tides"}'


class TestDifference:
    @given(CONTENTS, CONTENTS)
    def test_comes_out_as_it_went_in(self, contents, base):
        assert decode_difference(encode_difference(contents, base), base) == contents

    @given(CONTENTS, CONTENTS, CONTENTS, CONTENTS)
    def test_with_much_in_common_comes_out_as_it_went_in(self, beginning, one, other, end):
        contents, base = beginning + one + end, beginning + other + end

        assert decode_difference(encode_difference(contents, base), base) == contents

    def test_local_change_of_a_long_text_is_small(self):
        base = words(200_000)
        contents = base.replace(base[1_000_000:1_000_020], b"something else here")

        assert len(base) > 2_000_000
        assert len(encode_difference(contents, base)) < 100


class TestForm:
    def test_difference_is_stored_if_much_smaller(self):
        base = words(500)

        data, is_difference = encode(base + b" and more", base)

        assert is_difference
        assert decode_difference(data, base) == base + b" and more"

    def test_complete_contents_are_stored_if_little_is_common(self):
        contents = words(500, seed=2)

        for base in (None, words(500)):
            data, is_difference = encode(contents, base)

            assert not is_difference
            assert decode_whole(data) == contents
