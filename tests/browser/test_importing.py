"""Bringing files to the import page in a real browser."""

import zipfile

import pytest

PATIENCE = 60_000  # milliseconds: megabytes go through a busy machine


@pytest.fixture
def archive(tmp_path):
    """Make a zip file with this many unpacked bytes; return its path, for the browser to read."""

    def archive(size=0):
        path = tmp_path / str(size) / "posts.zip"
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("a.md", "---\ntitle: Tides\n---\nWords.\n")
            file.writestr("a.bin", bytes(size))
        return path

    return archive


@pytest.fixture
def visited(visit, editors_state):
    return visit("/admin/import/", storage_state=editors_state)


class TestUpload:
    def test_goes_on_in_parts_after_a_stop_and_a_lost_connection_with_the_same_files_and_no_others(
        self, visited, archive
    ):
        page, file, offsets = visited.page, archive(size=5 * 1024 * 1024), []
        page.route("**/part/?offset=4194304", lambda route: page.click("[data-cancel]"))
        page.set_input_files("#files", file)
        page.wait_for_selector("#resume-form")
        page.unroute("**/part/?offset=4194304")
        page.set_input_files("#files", archive())
        page.wait_for_selector("#upload-error:not([hidden])")
        said = page.inner_text("#upload-error")

        def lose_the_first(route):
            offsets.append(route.request.url.partition("offset=")[2])
            if len(offsets) == 1:
                route.abort("connectionreset")
            else:
                route.continue_()

        page.route("**/part/?offset=*", lose_the_first)
        page.set_input_files("#files", file)
        page.wait_for_selector(".under-way[data-refresh]", timeout=PATIENCE)

        assert "not the same files" in said
        assert offsets == ["4194304", "4194304"]
        assert "posts.zip" in page.inner_text(".under")
        assert all("ERR_CONNECTION_RESET" in message for message in visited.messages)

    def test_says_what_is_wrong_with_files(self, visited):
        page = visited.page

        page.set_input_files(
            "#files", {"name": "a.zip", "mimeType": "application/zip", "buffer": b"Rar!Rar!"}
        )
        page.wait_for_selector("#upload-error:not([hidden])")
        assert "not a zip file" in page.inner_text("#upload-error")
        page.set_input_files("#files", {"name": "a.exe", "mimeType": "", "buffer": b"MZ"})
        page.wait_for_function("document.querySelector('#upload-error').textContent.includes('no zip file')")

        assert visited.messages == []
