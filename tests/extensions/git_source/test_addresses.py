"""Which URLs of repositories are allowed, and what Git gets of them."""

import os
import stat
import subprocess

import pytest
from django.core.exceptions import ImproperlyConfigured

from blog.extensions.git_source import credentials
from blog.extensions.git_source.access import access_to
from blog.extensions.git_source.addresses import (
    PRIVATE,
    SECRET,
    WRONG,
    Address,
    RefusedAddressError,
    address_of,
    check_branch,
    check_folder,
    repository_in,
)
from blog.extensions.git_source.problems import PullError

TOKEN = "s3cret-of-the-repository"  # noqa: S105 -- of no repository
REFUSED = [
    "",
    "ext::sh -c touch% /tmp/x",
    "ext::https://git.example.org/x",
    "file:///etc",
    "file::/etc",
    "/etc",
    "../press",
    "--upload-pack=touch /tmp/x",
    "-u:x",
    "git@-oProxyCommand=x:press.git",
    "-x@git.example.org:press.git",
    "git@git.example.org:-x",
    "git@git.example.org:/-x",
    "ssh://-oProxyCommand=x/press.git",
    "ssh://git.example.org/-press",
    "ssh://git@git.example.org:99999/press.git",
    "https://git.example.org",
    "http://git.example.org/press.git",
    "git://git.example.org/press.git",
    "ftp://git.example.org/press.git",
    "https://git.example.org/press.git?x=1",
    "https://git.example.org/press git",
    "https://git.example.org/$(id)",
    "https://git.example.org/press.git\n--x",
    "https://" + "x" * 600,
]


@pytest.mark.parametrize("url", REFUSED)
def test_refused(url):
    with pytest.raises(RefusedAddressError, match=WRONG.split(",")[0]):
        address_of(url)


@pytest.mark.parametrize("url", ["https://anna:secret@git.example.org/x", "https://token@git.example.org/x"])
def test_a_secret_in_the_url_is_refused(url):
    with pytest.raises(RefusedAddressError, match=SECRET):
        address_of(url)


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("git@git.example.org:press/articles.git", "git@git.example.org:press/articles.git"),
        ("git.example.org:press.git", "git@git.example.org:press.git"),
        ("ssh://git.example.org:2222/press.git", "ssh://git@git.example.org:2222/press.git"),
        ("https://git.example.org/press/articles.git", "https://git.example.org/press/articles.git"),
        ("https://[2606:4700::1111]/press.git", "https://[2606:4700::1111]/press.git"),
    ],
)
def test_allowed(url, given):
    assert address_of(url).url == given


@pytest.mark.parametrize(
    "ip", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "192.168.1.1", "::1", "::ffff:127.0.0.1", "fd00::1"]
)
def test_a_host_that_resolves_to_a_private_address_is_refused(ip):
    def resolve(host, port, type):  # noqa: A002 -- as in socket
        return [(None, None, None, "", ("93.184.215.14", port)), (None, None, None, "", (ip, port))]

    with pytest.raises(RefusedAddressError, match=PRIVATE[:20]):
        address_of("https://git.example.org/press.git").ip(resolve)

    allowed = address_of("https://git.example.org/press.git", is_allowed=True)
    assert allowed.ip(resolve) == "93.184.215.14"


def test_only_the_variable_may_name_a_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GALLEY_IMPORT_REPOSITORY", f"{tmp_path}#drafts:articles")

    place = repository_in("GALLEY_IMPORT_REPOSITORY")

    assert (place.address.url, place.branch, place.folder) == (str(tmp_path), "drafts", "articles/")


@pytest.mark.parametrize("value", ["/no/such/folder", "ext::sh -c x", "https://x:secret@git.example.org/y"])
def test_a_wrong_variable_stops_the_start_without_telling_secrets(value, monkeypatch):
    monkeypatch.setenv("GALLEY_IMPORT_REPOSITORY", value)

    with pytest.raises(ImproperlyConfigured, match="GALLEY_IMPORT_REPOSITORY: ") as raised:
        repository_in("GALLEY_IMPORT_REPOSITORY")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "branch", ["-x", "--upload-pack=x", "a..b", "a b", "a:b", "x.lock", "x@{1}", "", "/x"]
)
def test_refused_branches(branch):
    with pytest.raises(RefusedAddressError):
        check_branch(branch)


@pytest.mark.parametrize("folder", ["../x", "a/../../b", ".git", "a/.git/b"])
def test_refused_folders(folder):
    with pytest.raises(RefusedAddressError):
        check_folder(folder)


class TestCredentials:
    ON_THIS_MACHINE = Address("https", "press.git", "127.0.0.1", is_allowed=True)

    def test_token_is_in_no_command_and_only_in_the_environment(self, data):
        credentials.write(token=TOKEN)

        access = access_to(self.ON_THIS_MACHINE)

        assert TOKEN not in " ".join(access.options)
        assert set(access.variables) == {"GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"}

    def test_https_goes_to_the_address_that_was_checked(self, data):
        access = access_to(Address("https", "press.git", "localhost", 8443, is_allowed=True))

        [pinned] = [option for option in access.options if option.startswith("http.curloptResolve")]
        assert pinned in {
            "http.curloptResolve=localhost:8443:127.0.0.1",
            "http.curloptResolve=localhost:8443:::1",
        }
        assert "http.followRedirects=false" in access.options
        assert "protocol.allow=never" in access.options

    def test_ssh_has_a_key_and_known_hosts_of_its_own(self, data):
        access = access_to(Address("ssh", "press.git", "127.0.0.1", user="git", is_allowed=True))

        command = access.variables["GIT_SSH_COMMAND"]
        key = data / "git_source" / "key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert f"-F /dev/null -i {key}" in command
        assert f'UserKnownHostsFile="{data}/git_source/known_hosts"' in command
        assert "HostName=127.0.0.1" in command
        assert credentials.public_key().startswith("ssh-ed25519 ")
        assert subprocess.run(["ssh", "-V"], check=False, capture_output=True).returncode == 0  # noqa: S607

    def test_a_private_host_is_not_reached_from_the_screen(self, data):
        with pytest.raises(PullError, match="private"):
            access_to(
                address_of(
                    "https://localhost.localdomain/press.git".replace("localhost.localdomain", "127.0.0.1")
                )
            )

    def test_nothing_is_left_after_forgetting(self, data):
        credentials.write(token=TOKEN)
        credentials.key_file()

        credentials.forget()

        assert not os.listdir(data)
