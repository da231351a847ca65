"""URLs and IP addresses from which images may be fetched."""

from pathlib import Path

import pytest

import blog
from blog.documents.addresses import check_page_address
from blog.files.remote.fetcher import FetchError, Rules, public_ips, site_fetcher, target_of

PUBLIC = ("93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::93.184.216.34")
NOT_PUBLIC = (
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1"),  # noqa: S104 -- refused
    *("192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    *("100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "4000::1", "5f00::1"),
    *("fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "not an address"),
)


def ips_of(*ips, address="https://pictures.example/a.jpg", rules=None):
    rules = rules or Rules()
    return public_ips(target_of(address, rules), rules, lambda host, port: list(ips))


class TestIPAddresses:
    @pytest.mark.parametrize("ip", PUBLIC)
    def test_public_ones_are_asked(self, ip):
        assert ips_of(ip) == [ip]

    @pytest.mark.parametrize("ip", NOT_PUBLIC)
    def test_others_are_refused(self, ip):
        with pytest.raises(FetchError, match="not public"):
            ips_of(ip)

    def test_one_that_is_not_public_refuses_the_host(self):
        with pytest.raises(FetchError, match=r"resolves to 10\.0\.0\.1"):
            ips_of("93.184.216.34", "10.0.0.1")

    def test_a_host_without_any_is_refused(self):
        with pytest.raises(FetchError, match="has no IP address"):
            ips_of()

    def test_a_server_of_the_tests_is_asked_on_its_port_alone(self):
        rules = Rules(test_hosts=frozenset({("127.0.0.1", 8443)}))

        assert ips_of("127.0.0.1", address="https://pictures.example:8443/", rules=rules) == ["127.0.0.1"]
        with pytest.raises(FetchError):
            ips_of("127.0.0.1", rules=rules)


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "asked"),
        [
            ("https://pictures.example/a.jpg?w=800#top", "https://pictures.example/a.jpg?w=800"),
            ("//pictures.example/a.jpg", "https://pictures.example/a.jpg"),
            ("http://pictures.example/a.jpg", "https://pictures.example/a.jpg"),
            ("http://pictures.example:80/a.jpg", "https://pictures.example/a.jpg"),
            ("https://pictures.example", "https://pictures.example/"),
            ("https://pictures.example./ä b.jpg", "https://pictures.example/%C3%A4%20b.jpg"),
            ("https://pictures.example/%C3%A4%2Fb", "https://pictures.example/%C3%A4%2Fb"),
            ("https://bücher.example/a.jpg", "https://xn--bcher-kva.example/a.jpg"),
        ],
    )
    def test_are_asked_by_https_in_ascii(self, address, asked):
        assert target_of(address, Rules()).address == asked

    @pytest.mark.parametrize(
        "address",
        [
            *("http://localhost/a.jpg", "https://intranet/a.jpg", "https://printer.local/a.jpg"),
            *("https://127.0.0.1/a.jpg", "https://2130706433/", "https://0x7f.1/", "https://[::1]/"),
            *("https://user:secret@pictures.example/a.jpg", "ftp://pictures.example/a.jpg", "/a.jpg"),
            *("https://pictures.example:22/a.jpg", "http://pictures.example:8080/", "https://[half"),
            *("https://pictures.example/a\r\nHost: other.example", "data:image/png;base64,AAAA"),
        ],
    )
    def test_others_are_refused(self, address):
        with pytest.raises(FetchError):
            target_of(address, Rules())

    def test_http_is_asked_where_that_is_wanted(self):
        assert target_of("http://pictures.example/a.jpg", Rules(http=True)).address.startswith("http://")


class TestProduction:
    def test_reaches_public_places_alone(self):
        assert site_fetcher().rules == Rules()
        assert site_fetcher(http=True).rules == Rules(http=True)

    def test_has_no_way_to_the_servers_of_the_tests(self):
        root = Path(blog.__file__).parents[1]
        files = [
            *(root / "blog").rglob("*.py"),
            *(root / "site_config").rglob("*.py"),
            *(root / "bin").iterdir(),
        ]

        naming = {str(file.relative_to(root)) for file in files if "test_hosts" in file.read_text()}

        assert naming == {"blog/files/remote/fetcher.py"}

    def test_a_page_may_have_a_quotation_mark_in_its_path(self):
        rules = Rules(check=check_page_address)

        assert target_of("https://a.example/Moore's law", rules).path == "/Moore's%20law"
        with pytest.raises(FetchError, match="host is private"):
            target_of("https://localhost/'", rules)
