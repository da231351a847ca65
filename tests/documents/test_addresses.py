"""Which addresses an image may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.addresses import check_image_address


class TestImageAddress:
    @pytest.mark.parametrize(
        "address",
        [
            *(
                "https://images.example/a.png?w=1&h=2",
                "http://xn--bcher-kva.example/a",
                "https://bücher.example:8080/a",
            ),
            *(
                "//cdn.example/a.png",
                "https://8.8.8.8/a.png",
                "https://[2606:4700::1111]/a",
                "https://127.0.0.1.example/a",
            ),
            *(
                "a.png",
                "./my picture.png",
                "../img/a.png",
                "/assets/a.png",
                "../../a.png",
                "https://a.example/?u=../../x",
            ),
        ],
    )
    def test_of_a_public_host_or_inside_the_folder_is_taken(self, address):
        assert check_image_address(address, "posts/2020/name.md") is None

    @pytest.mark.parametrize(
        "address",
        [
            *(
                "http://localhost/a",
                "http://a.localhost/",
                "https://printer.local/a",
                "http://db.internal",
                "http://intranet/a",
            ),
            *(
                "http://127.0.0.1/a",
                "http://127.1/a",
                "http://0x7f000001/a",
                "http://2130706433/",
                "http://0177.0.0.1/",
            ),
            *(
                "http://10.0.0.1/",
                "http://192.168.1.1/",
                "http://169.254.169.254/latest",
                "http://0.0.0.0/",
                "http://224.0.0.1/",
            ),
            *(
                "http://[::1]/a",
                "http://[::ffff:127.0.0.1]/",
                "http://[fe80::1]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[::]",
            ),
            *(
                "http://[2002:7f00:1::]/",
                "http://localhost./",
                "http://127.0.0.1./",
                "http://\uff11\uff12\uff17.0.0.1/",
            ),
            *(
                "http://127\u30020.0.1/",
                "http://a@b.example/",
                "http://a:b@c.example/",
                "http://b.example:x/",
                "http:///a",
            ),
            *(
                "http:b.example/a",
                "http://[x]/",
                "http://a..example/",
                "http://%31%32%37.0.0.1/",
                "http://a b.example/",
            ),
            *(
                "javascript:alert(1)",
                "data:image/png;base64,AA",
                "file:///etc/passwd",
                "ftp://b.example/a",
                "C:/a.png",
            ),
            *(
                "../../../a.png",
                "/../a.png",
                "a/../../../../b",
                "%2e%2e/%2e%2e/%2e%2e/a",
                "/%2e%2e/a",
                "..%2f..%2f..%2fa",
            ),
            *(
                'a".png',
                "a'.png",
                "a\\b.png",
                "a%5cb.png",
                "a\nb.png",
                "a%00b",
                "https://b.example/a\tb",
                "<b>.png",
            ),
            "https://b.example/" + "x" * 2000,
        ],
    )
    def test_of_any_other_kind_is_refused_with_a_reason(self, address):
        assert check_image_address(address, "posts/2020/name.md")

    @given(st.text(max_size=40) | st.text(max_size=30).map("http://{}".format))
    def test_nothing_breaks_it(self, address):
        assert check_image_address(address, "a/b.md") != ""  # a reason in words, or None
