"""Files are read in separate processes, so that a bad file does not affect others."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from threading import Event
from types import SimpleNamespace

import pytest

from blog import sandbox
from blog.base.queries import insert_rows
from blog.documents import notices
from blog.documents.notices import Notice
from blog.documents.rendering.markdown import render_markdown
from blog.imports import batch, images, workers
from blog.imports.images import ImageStore
from blog.imports.report import ImportFailedError, ImportOptions
from blog.imports.run import import_articles
from blog.imports.sources import PreparedFile
from blog.imports.workers import FileWorkers, time_limit
from blog.models import Article, Image
from blog.review.proofs import stale_articles
from blog.sandbox import calls
from blog.sandbox.child import Task
from blog.sandbox.process import TEXTS, Process, ProcessKind
from tests.support.images import image_bytes

CRASHING = ProcessKind("tests.support.crashing_reader", 512)
FORGETFUL = ProcessKind("blog.sandbox.texts", 80)
BROKEN = ProcessKind("tests.no_such_module", 512)


@pytest.fixture
def started(monkeypatch):
    """The processes that are started."""
    processes = []

    class WatchedProcess(Process):
        def __init__(self, kind):
            super().__init__(kind)
            processes.append(self.process)

    monkeypatch.setattr(sandbox.workers, "Process", WatchedProcess)
    return processes


def file(path, body="Words.\n", **values):
    return PreparedFile(path, f"---\ntitle: {path}\n---\n{body}".encode(), **values)


def prepare(files, count=1, is_known=lambda file: False):
    with FileWorkers(count, UTC) as pool:
        return list(pool.prepare(files, is_known))


def problems(files, count=1):
    return {result.path: result.notice.text if result.notice else "" for result in prepare(files, count)}


class TestOrder:
    def test_results_keep_the_order_with_any_number_of_workers(self):
        files = [
            file(f"{number}.md", "Long text. " * (3000 if number % 7 == 0 else 1)) for number in range(40)
        ]

        one, three = prepare(files, 1), prepare(files, 3)

        assert [result.path for result in one] == [given.path for given in files]
        for result in (*one, *three):
            assert result.rendering == render_markdown(result.fields.body, title=result.fields.title)
        assert [(r.path, r.fields, r.rendering) for r in one] == [
            (r.path, r.fields, r.rendering) for r in three
        ]

    def test_problems_and_known_files_keep_their_position(self):
        notice = Notice(notices.NoticeKind.UNREADABLE, "no.")
        files = [file("a.md"), file("b.md", notice=notice), file("known.md"), file("c.md")]

        results = prepare(files, 2, is_known=lambda given: given.path == "known.md")

        assert [bool(result.fields) for result in results] == [True, False, False, True]
        assert [result.notice for result in results] == [None, notice, None, None]


class TestLimits:
    def test_large_files_have_more_time(self):
        assert time_limit(1024 * 1024 - 1) == 5
        assert time_limit(1024 * 1024) == 10

    def test_only_files_over_the_time_limit_are_rejected(self, monkeypatch, started):
        monkeypatch.setattr(workers, "time_limit", lambda size: 0.05 if size > 500_000 else 30)
        files = [file("a.md"), file("long.md", "Words and *words*.\n\n" * 50_000), file("b.md")]

        assert problems(files) == {
            "a.md": "",
            "long.md": "takes longer than 0.05 seconds to read and render.",
            "b.md": "",
        }
        assert len(started) == 3  # for all together, for the long one by itself, for the last

    def test_a_file_that_takes_too_much_memory_is_refused(self, monkeypatch):
        monkeypatch.setattr(sandbox.workers, "TEXTS", FORGETFUL)

        results = problems([file("a.md"), file("wide.md", "*a* " * 250_000), file("b.md")])

        assert (results["a.md"], results["b.md"]) == ("", "")
        assert "MB of memory" in results["wide.md"]

    def test_files_that_crash_their_worker_are_refused_and_do_not_affect_others(self, monkeypatch, started):
        monkeypatch.setattr(sandbox.workers, "TEXTS", CRASHING)
        files = [file(f"{number}.md", "crash" if number in {0, 5} else "Words.") for number in range(6)]

        found = problems(files)

        assert list(found) == [given.path for given in files]
        assert [path for path, problem in found.items() if problem] == ["0.md", "5.md"]
        assert "SIGSEGV" in found["5.md"]
        assert len(started) == 1 + 2  # one for all together, then one for each that crashes

    def test_reading_ahead_is_limited_by_memory(self, monkeypatch):
        monkeypatch.setattr(workers, "WINDOW_BYTES", 100_000)
        read = []
        files = (read.append(number) or file(f"{number}.md", "x" * 10_000) for number in range(100))

        with FileWorkers(2, UTC) as pool:
            next(pool.prepare(files, lambda given: False))

        assert 5 <= len(read) <= 11


class TestProcesses:
    def test_none_has_loaded_django(self):
        code = "import sys; from blog.sandbox import image_decoding, texts; sys.exit('django' in sys.modules)"

        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 -- ours

    def test_one_has_no_secrets_of_the_site_and_ends_when_its_parent_ends(self, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "only for the site")
        worker = Process(TEXTS)
        worker.wait_until_ready()

        with open(f"/proc/{worker.process.pid}/environ", "rb") as environment:
            names = {line.partition(b"=")[0] for line in environment.read().split(b"\0") if line}
        worker.connection.close()

        assert b"SECRET_KEY" not in names
        assert b"PYTHONPATH" in names
        assert worker.process.wait(timeout=20) == 0

    def test_busy_process_ends_at_its_time_limit(self, monkeypatch):
        monkeypatch.setattr(workers, "time_limit", lambda size: 0.05)
        worker = Process(TEXTS)
        worker.wait_until_ready()

        worker.connection.send([Task("read", (b"Words and *words*.\n\n" * 50_000, "a.md", UTC), 0.05)])
        worker.connection.close()

        assert worker.process.wait(timeout=20) < 0

    @pytest.fixture
    def switch_interval(self):
        """A time of its own between switches of threads, which a run changes."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(0.008)
        yield sys.getswitchinterval()
        sys.setswitchinterval(before)

    def test_no_more_than_wanted_are_started_and_none_is_left_after_a_run(self, started, switch_interval):
        prepare([file(f"{number}.md") for number in range(20)], 2)

        assert 1 <= len(started) <= 2
        assert all(process.returncode is not None for process in started)
        assert sys.getswitchinterval() == switch_interval

    def test_none_is_left_after_an_interrupted_run(self, started):
        def break_off(results):
            next(results)
            raise KeyboardInterrupt

        files = (file(f"{number}.md") for number in range(100))
        with pytest.raises(KeyboardInterrupt), FileWorkers(2, UTC) as pool:
            break_off(pool.prepare(files, lambda given: False))

        assert started
        assert all(process.returncode is not None for process in started)

    def test_failure_to_start_ends_the_run_with_a_reason(self, monkeypatch):
        monkeypatch.setattr(sandbox.workers, "TEXTS", BROKEN)

        with pytest.raises(ImportFailedError, match="do not start"):
            prepare([file("a.md")])


@pytest.mark.django_db
class TestImport:
    def test_unchanged_files_are_not_read_again(self, tmp_path, monkeypatch):
        (tmp_path / "a.md").write_text("# A\n")
        import_articles([tmp_path], ImportOptions())
        monkeypatch.setattr(sandbox.workers, "TEXTS", BROKEN)

        report = import_articles([tmp_path], ImportOptions())

        assert report.counts == {"unchanged": 1}

    @pytest.fixture
    def rendered_again(self, monkeypatch):
        """The titles of the articles whose texts are rendered after their files were read."""
        titles = []
        render = calls.render
        monkeypatch.setattr(
            calls, "render", lambda *given, title, **more: titles.append(title) or render(*given, **more)
        )
        return titles

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            ("https://images.example.com/sea.jpg", 'src="https://images.example.com/sea.jpg"'),
            ("sea.png", 'width="40" height="30"'),
            ("none.png", "missing-picture"),
        ],
    )
    def test_text_with_an_image_is_rendered_and_checked_once(
        self, tmp_path, monkeypatch, rendered_again, address, shown
    ):
        (tmp_path / "a.md").write_text(f"# A\n\n![Sea]({address})\n")
        (tmp_path / "sea.png").write_bytes(image_bytes(size=(40, 30)))

        import_articles([tmp_path], ImportOptions(checks=True))

        assert rendered_again == []
        assert not stale_articles().exists()
        assert shown in Article.objects.get().body_html

    @pytest.mark.parametrize("data", [image_bytes(), b"not an image"], ids=["stored", "refused"])
    def test_image_of_two_texts_is_decoded_once(self, tmp_path, monkeypatch, data):
        decoded, rewrite = [], calls.rewrite_image
        monkeypatch.setattr(calls, "rewrite_image", lambda data: decoded.append(data) or rewrite(data))
        (tmp_path / "sea.png").write_bytes(data)
        (tmp_path / "a.md").write_text("---\ntitle: A\nimage: sea.png\n---\nText.\n")
        (tmp_path / "b.md").write_text("# B\n\n![Sea](sea.png)\n")

        report = import_articles([tmp_path], ImportOptions())

        assert len(decoded) == 1
        warned = ["sea.png not shown" in " ".join(file.warnings) for file in report.flagged_files]
        stored = Image.objects.exclude(file="").count()
        assert (stored, warned.count(True)) == ((0, 2) if data == b"not an image" else (1, 0))

    def test_images_that_wait_when_the_import_ends_are_not_stored(self, tmp_path, monkeypatch):
        stored, both_wait, closings = [], Event(), ThreadPoolExecutor()

        def end_meanwhile(data, **_):
            stored.append(data)
            both_wait.wait(60)
            closings.submit(store.close)
            time.sleep(0.2)

        monkeypatch.setattr(images, "STORED_AT_ONCE", 1)
        monkeypatch.setattr(images, "store_with_original", end_meanwhile)
        store = ImageStore(SimpleNamespace(locate=lambda address, _: (tmp_path, address)), keep=True)
        for name in ("first.png", "second.png"):
            (tmp_path / name).write_bytes(name.encode())
            store.store_early(name, PreparedFile("a.md"))
        both_wait.set()

        store.close()
        closings.shutdown()

        assert stored == [b"first.png"]

    def test_text_with_an_image_that_has_a_credit_already_is_rendered_with_it(self, tmp_path, rendered_again):
        (tmp_path / "sea.png").write_bytes(image_bytes())
        (tmp_path / "a.md").write_text("# A\n\n![Sea](sea.png)\n")
        import_articles([tmp_path], ImportOptions())
        Image.objects.update(credit_creator="Ida Aas")
        (tmp_path / "b.md").write_text("# B\n\n![Sea](sea.png)\n")

        import_articles([tmp_path], ImportOptions())

        assert rendered_again == ["B"]
        assert "Ida Aas" in Article.objects.get(title="B").body_html

    def test_url_in_a_remote_media_storage_is_local(self, tmp_path, settings):
        settings.MEDIA_URL = "https://media.example.com/"
        Image.objects.create(file="images/sea.jpg", width=40, height=30)
        (tmp_path / "a.md").write_text("# A\n\n![Sea](https://media.example.com/images/sea.jpg)\n")

        import_articles([tmp_path], ImportOptions())

        assert 'width="40" height="30"' in Article.objects.get().body_html

    @pytest.mark.both_databases
    def test_a_batch_with_a_bad_file_is_written_without_it(self, tmp_path, monkeypatch):
        for name in "abc":
            (tmp_path / f"{name}.md").write_text(
                f"---\ntitle: {name}\ncategory: Topic\ntags: [Tag]\n---\n{name}\n"
            )

        def fail(model, rows):
            if any(getattr(row, "path", "") == "b.md" for row in rows):
                raise ValueError("the test says no")
            insert_rows(model, rows)

        monkeypatch.setattr(batch, "insert_rows", fail)
        dry = import_articles([tmp_path], ImportOptions(dry_run=True))
        report = import_articles([tmp_path], ImportOptions())

        assert report.counts == {"created": 2, "rejected": 1}
        assert [entry.file for entry in report.flagged_files if entry.outcome == "rejected"] == ["b.md"]
        assert list(Article.objects.order_by("pk").values_list("title", flat=True)) == ["a", "c"]
        assert set(Article.objects.values_list("source_file__batch__created", flat=True)) == {2}
        assert dry.counts == report.counts
        assert [entry.warnings for entry in dry.flagged_files] == [
            entry.warnings for entry in report.flagged_files
        ]

    def test_a_number_of_workers_below_one_is_refused(self, tmp_path):
        with pytest.raises(ImportFailedError, match="--workers"):
            import_articles([tmp_path], ImportOptions(workers=0))
