"""Uploads on the import page, by script in parts or as a form, and their permissions."""

import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from blog.desk.imports import upload
from blog.files.upload_limits import IMPORT_PART_BYTES, MAX_IMPORT_BYTES
from blog.models import Job, StagedImport
from tests.support.browser_imports import IMPORT, announce, page_of, part_of, send, upload_without_script
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

State = StagedImport.State
TEXT = b"---\ntitle: Tides\n---\nWords.\n"


def zipped(*members) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return output.getvalue()


@pytest.fixture
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


@pytest.fixture
def staged(client, editor):
    announce(client, ("posts.zip", len(zipped(("a.md", TEXT)))))
    return StagedImport.objects.get()


class Unread:
    """A request body that fails when it is read."""

    def read(self, *size):
        raise AssertionError("the body was read")

    readline = read


class TestPermissions:
    @pytest.mark.parametrize("role", ["visitor", "staff", "Writer"])
    @pytest.mark.parametrize("kind", ["multipart/form-data; boundary=bound", "application/octet-stream"])
    @pytest.mark.parametrize("name", ["import", "import_part"])
    def test_body_is_not_read_without_permission(self, django_user_model, role, kind, name):
        client = Client(enforce_csrf_checks=True)
        log_in(client, role, django_user_model)
        staged = StagedImport.objects.create(size=9, manifest=[["a.md", 9]])
        url = reverse("admin:import") if name == "import" else part_of(staged)

        response = client.request(
            REQUEST_METHOD="POST",
            PATH_INFO=url,
            CONTENT_TYPE=kind,
            CONTENT_LENGTH="100000",
            **{"wsgi.input": Unread()},
        )

        assert response.status_code == (302 if role == "visitor" else 403)

    @pytest.mark.parametrize("name", ["import", "import_part"])
    def test_cross_site_requests_are_rejected(self, django_user_model, name):
        client = Client(enforce_csrf_checks=True)
        log_in(client, "Editor", django_user_model)
        staged = StagedImport.objects.create(size=9, manifest=[["a.md", 9]])
        url = reverse("admin:import") if name == "import" else part_of(staged)

        assert client.post(url, {"who": "file", "manifest": "[]"}).status_code == 403

    def test_csrf_token_in_a_header_is_accepted(self, django_user_model):
        client = Client(enforce_csrf_checks=True)
        log_in(client, "Editor", django_user_model)
        token = client.get(IMPORT).context["csrf_token"]
        headers = {"X-CSRFToken": str(token)}

        answer = client.post(IMPORT, {"who": "file", "manifest": '[["a.md", 3]]'}, headers=headers)
        sent = client.post(
            f"{answer.json()['part']}?offset=0", b"# A", "application/octet-stream", headers=headers
        )

        assert sent.json() == {"received": 3}


class TestAnnouncing:
    def test_returns_the_upload_url(self, client, editor):
        answer = announce(client, ("posts.zip", 1000)).json()

        staged = StagedImport.objects.get()
        assert answer["part"] == part_of(staged)
        assert answer["page"] == page_of(staged)
        assert (answer["received"], answer["part_bytes"]) == (0, IMPORT_PART_BYTES)
        assert (staged.state, staged.created_by, staged.source_name) == (State.RECEIVING, editor, "posts")

    @pytest.mark.parametrize(
        ("fields", "written_by"),
        [
            ({}, "file"),
            ({"who": "people"}, "people"),
            ({"who": "machine", "machine": "Gemini"}, "machine=Gemini"),
        ],
    )
    def test_provenance_and_source_are_stored(self, client, editor, fields, written_by):
        announce(client, ("posts.zip", 1000), source_name="Autumn", **fields)

        staged = StagedImport.objects.get()
        assert (staged.written_by, staged.source_name) == (written_by, "Autumn")

    @pytest.mark.parametrize(
        ("fields", "name"),
        [({"source_name": "a/b"}, "source_name"), ({"who": "x"}, "who")],
    )
    def test_invalid_options_are_errors(self, client, editor, fields, name):
        answer = announce(client, ("posts.zip", 1000), **fields)

        assert list(answer.json()["errors"]) == [name]
        assert not StagedImport.objects.exists()

    @pytest.mark.parametrize(
        "manifest",
        [
            *(
                "",
                "x",
                "[]",
                "{}",
                "[1]",
                '[["a.md"]]',
                '[["a.md", "1"]]',
                '[["a.md", -1]]',
                '[["a.md", true]]',
            ),
            *("[[1, 1]]", '[["a.md", 1e400]]', '[["../a.md", 1]]', "[" * 100_000),
            f'[["a.zip", {MAX_IMPORT_BYTES + 1}]]',
        ],
    )
    def test_invalid_manifest_is_rejected(self, client, editor, manifest):
        answer = client.post(IMPORT, {"who": "file", "manifest": manifest})

        assert answer.json()["errors"]["__all__"]
        assert not StagedImport.objects.exists()


class TestParts:
    def test_upload_resumes_at_the_offset(self, client, staged):
        data = zipped(("a.md", TEXT))
        send(client, staged, data[:50])

        assert client.get(part_of(staged)).json()["received"] == 50
        assert send(client, staged, data[50:], 40).json() == {"received": 50}
        assert send(client, staged, data[50:], 50).json() == {"received": len(data)}
        client.post(page_of(staged), {"_check": "1"})

        staged.refresh_from_db()
        assert staged.state == State.CHECKING
        assert Job.objects.get().arguments == {"staged_import": staged.pk}

    @pytest.mark.parametrize("offset", ["", "-1", "x", "²", "9" * 5000])
    def test_parts_without_an_offset_are_rejected(self, client, staged, offset):
        assert send(client, staged, b"PK\x03\x04", offset).status_code == 409

    def test_parts_are_limited_to_the_announced_size(self, client, staged, monkeypatch):
        monkeypatch.setattr(upload, "IMPORT_PART_BYTES", 10)

        assert send(client, staged, zipped(("a.md", TEXT))).json() == {"received": 10}

    def test_invalid_zip_is_discarded(self, client, staged):
        answer = send(client, staged, b"Rar!Rar!")

        assert "not a zip file" in answer.json()["errors"]["__all__"][0]
        staged.refresh_from_db()
        assert staged.state == State.DISCARDED
        assert not staged.folder.exists()

    def test_parts_are_rejected_after_the_upload(self, client, staged):
        StagedImport.objects.update(state=State.CHECKED)

        assert send(client, staged, b"PK").status_code == 410

    def test_parts_of_an_unknown_import_are_not_found(self, client, editor):
        assert send(client, StagedImport(), b"PK").status_code == 404


class TestWithoutScript:
    def test_a_zip_is_checked_at_once(self, client, editor):
        response = upload_without_script(client, ("posts.zip", zipped(("a.md", TEXT))))

        staged = StagedImport.objects.get()
        assert response.url == page_of(staged)
        assert (staged.state, staged.source_name) == (State.CHECKING, "posts")

    def test_files_are_stored_under_their_names(self, client, editor):
        upload_without_script(client, ("../../a.md", TEXT), ("b.md", TEXT))

        staged = StagedImport.objects.get()
        assert sorted(path.name for path in (staged.folder / "files").iterdir()) == ["a.md", "b.md"]

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ([], "Choose a zip file or Markdown files first."),
            ([("a.exe", b"MZ")], "is not a zip file, a Markdown or HTML file"),
            ([("a.zip", b"Rar!")], "is named .zip but is not a zip file"),
            ([("a.zip", b"")], "is empty"),
            ([("a.md", TEXT)] * 101, "Too many files for one upload"),
        ],
    )
    def test_invalid_files_are_rejected_with_a_reason(self, client, editor, files, said):
        page = upload_without_script(client, *files)

        html = page.content.decode()
        assert page.status_code == 200
        assert said in html
        assert re.search(r'<form method="post" action="/admin/import/" enctype="multipart/form-data"', html)
        assert re.search(r'<noscript><p><input type="submit"', html)
        assert not StagedImport.objects.exclude(state=State.DISCARDED).exists()
