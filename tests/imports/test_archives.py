"""Zip files are imported like folders, safely even if they are hostile."""

import bz2
import contextlib
import stat
import struct
import tracemalloc
import zipfile

import pytest

from blog.files import archives
from blog.files.folders import UnreadableError
from blog.imports.report import ImportFailedError, ImportOptions
from blog.imports.run import import_articles
from blog.models import Article, Image, SourceFile
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

MB = 1024 * 1024
TEXT = "---\ntitle: {0}\nslug: {0}\ndate: 2026-03-01\n---\nWords on {0}.\n"


def pack(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def article(name):
    return TEXT.format(name)


def run(path, **options):
    reports = []
    import_articles([path], ImportOptions(**options), on_file=reports.append)
    return reports


def told(reports):
    return [(report.file, str(report.outcome)) for report in reports]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "posts.zip"


class TestImport:
    def test_members_are_imported_in_the_order_of_a_folder(self, path):
        pack(path, [("b/z.md", article("z")), ("b.md", article("b")), ("a/y.markdown", article("y"))])

        reports = run(path)

        assert told(reports) == [("a/y.markdown", "created"), ("b/z.md", "created"), ("b.md", "created")]
        assert SourceFile.objects.get(path="b/z.md").original == article("z").encode()

    def test_a_new_archive_in_its_place_updates_the_source_of_its_name(self, path):
        pack(path, [("a.md", article("a"))])
        run(path)
        pack(path, [("a.md", article("a") + "More.\n"), ("new.md", article("new"))])

        reports = run(path)

        assert told(reports) == [("a.md", "updated"), ("new.md", "created")]
        assert set(SourceFile.objects.values_list("source_name", "root")) == {("posts", str(path))}

    def test_images_next_to_a_member_are_stored(self, path):
        text = article("a") + "![Sea](img/sea.png) ![No](../../no.png)\n"
        pack(path, [("posts/a/index.md", text), ("posts/a/img/sea.png", image_bytes())])

        (report,) = run(path)

        assert Image.objects.get().source == "img/sea.png"
        assert Image.objects.get().file
        assert ["no.png" in warning for warning in report.warnings] == [True]

    def test_other_members_are_skipped(self, path):
        names = ["README.md", "_index.md", ".draft.md", "__MACOSX/._a.md", ".git/a.md", "node_modules/a.md"]
        pack(path, [(name, article("x")) for name in names])

        reports = run(path)

        assert told(reports) == [(name, "skipped") for name in (".draft.md", "README.md", "_index.md")]

    def test_names_from_macos_are_decoded_correctly(self, path):
        pack(path, [("cafe-xx.md", article("a"))])
        path.write_bytes(path.read_bytes().replace(b"cafe-xx.md", "caf\u00e9-x.md".encode()))

        reports = run(path)

        assert told(reports) == [("café-x.md", "created")]

    def test_names_marked_as_utf_8_are_unchanged(self, path):
        pack(path, [("├⌐.md", article("a"))])  # in cp437 the bytes of an é

        assert told(run(path)) == [("├⌐.md", "created")]


class TestHostileMembers:
    @pytest.mark.parametrize(
        "name",
        [
            "/etc/a.md",
            "../a.md",
            "a/../../b.md",
            "..\\a.md",
            "C:/a.md",
            "a\\b.md",
            "./a.md",
            "..",
            "../x.png",
        ],
    )
    def test_path_outside_the_archive_is_rejected(self, path, name):
        pack(path, [(name, article("a")), ("good.md", article("good"))])

        reports = run(path)

        assert sorted(told(reports)) == sorted([(name, "rejected"), ("good.md", "created")])

    @pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
    def test_only_regular_files_are_read(self, path, kind):
        info = zipfile.ZipInfo("a.md")
        info.external_attr = (kind | 0o777) << 16
        pack(path, [(info, "/etc/passwd")])

        reports = run(path)

        assert told(reports) == [("a.md", "rejected")]

    def test_symbolic_link_is_not_an_image(self, path):
        info = zipfile.ZipInfo("sea.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        pack(path, [("a.md", article("a") + "![Sea](sea.png)\n"), (info, "/etc/passwd")])

        (report,) = run(path)

        assert "is a link" in report.warnings[0]

    def test_encrypted_member_is_rejected(self, path):
        pack(path, [("a.md", article("a"))])
        data = bytearray(path.read_bytes())
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)

        (report,) = run(path)

        assert (str(report.outcome), report.message) == ("rejected", "is encrypted.")

    def test_only_damaged_members_are_rejected(self, path):
        pack(path, [("a.md", article("a") * 3), ("b.md", article("b"))], zipfile.ZIP_STORED)
        path.write_bytes(path.read_bytes().replace(b"Words on a", b"Wards on a", 1))

        reports = run(path)

        assert told(reports) == [("a.md", "rejected"), ("b.md", "created")]

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_duplicate_member_is_read_once(self, path):
        pack(path, [("a.md", article("first")), ("a.md", article("second"))])

        reports = run(path)

        assert sorted(told(reports)) == [("a.md", "created"), ("a.md", "rejected")]
        assert Article.objects.get().slug == "first"

    def test_nested_archive_is_not_opened(self, path, tmp_path):
        inner = pack(tmp_path / "inner.zip", [("a.md", article("a"))])
        pack(path, [("inner.zip", inner.read_bytes())])

        reports = run(path)

        assert told(reports) == [("inner.zip", "skipped")]


class TestBombs:
    def test_a_member_over_two_megabytes_is_refused(self, path):
        pack(path, [("a.md", article("a") + "x" * 3 * 1024**2)], zipfile.ZIP_STORED)

        (report,) = run(path)

        assert "larger than 2 MB" in report.message

    def test_false_size_is_not_trusted(self, path):
        pack(path, [("a.md", article("a") + "x" * 3 * 1024**2)])
        data = bytearray(path.read_bytes())
        entry = data.index(b"PK\x01\x02")
        data[entry + 24 : entry + 28] = struct.pack("<I", 100)
        data[22:26] = struct.pack("<I", 100)
        path.write_bytes(data)

        (report,) = run(path)

        assert str(report.outcome) == "rejected"

    def test_high_compression_ratio_is_rejected(self, path):
        pack(path, [("a.md", article("a") + "x" * 1_900_000)])

        (report,) = run(path)

        assert "times its size" in report.message

    def test_many_small_ones_are_counted_together(self, path, monkeypatch):
        monkeypatch.setattr(archives, "SMALL", 10_000)
        monkeypatch.setattr(archives, "MAX_RATIO", 20)
        pack(path, [(f"{number:02}.md", article(f"n{number}") + "x" * 8_000) for number in range(20)])

        reports = run(path)

        assert {outcome for _, outcome in told(reports)} == {"rejected"}

    def test_the_number_of_members_is_limited(self, path, monkeypatch):
        monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
        pack(path, [(f"{number}.md", article("a")) for number in range(4)])

        with pytest.raises(ImportFailedError, match="more than 3 members"):
            run(path)


def pack_bomb(path, method, packed, size):
    """Write an archive of one member whose packed bytes are given; zipfile would pack them first."""
    name = b"a.md"
    sizes = struct.pack("<III", 0, len(packed), size)
    common = struct.pack("<HHHHH", 20, 0, method, 0, 0x21) + sizes + struct.pack("<HH", len(name), 0)
    local = b"PK\x03\x04" + common + name + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    path.write_bytes(local + entry + end)
    return path


def peak_of_reading(path):
    """Return how many bytes of memory it takes to look through an archive and read all its articles."""
    tracemalloc.start()
    try:
        archive = archives.Archive(path)
        for found in archive.files():
            if not found.notice:
                with contextlib.suppress(UnreadableError):
                    archive.read(found.path, 2 * MB)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestMethods:
    """Only what unpacks in pieces of a given size is unpacked at all."""

    @pytest.mark.parametrize(
        ("method", "name"),
        [
            (zipfile.ZIP_BZIP2, "bzip2"),
            (zipfile.ZIP_LZMA, "LZMA"),
            (93, "Zstandard"),
            (1, "method 1"),
            (97, "method 97"),
        ],
    )
    def test_other_methods_than_deflate_are_rejected_by_name(self, path, method, name):
        pack_bomb(path, method, b"anything", 8)

        (report,) = run(path)

        assert str(report.outcome) == "rejected"
        assert name in report.message

    def test_an_image_is_refused_too(self, path):
        pack(path, [("a.md", article("a") + "![Sea](sea.png)\n")])
        with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
            archive.writestr("sea.png", image_bytes())

        (report,) = run(path)

        assert "bzip2" in report.warnings[0]


class TestMemory:
    """An archive takes the memory of what may be in it, whatever it says of itself and would become."""

    def test_a_bomb_of_bzip2_is_not_unpacked(self, path):
        bomb = bz2.compress(bytes(20 * MB))
        pack_bomb(path, zipfile.ZIP_BZIP2, bomb, 20 * MB)

        assert path.stat().st_size < 1000
        assert peak_of_reading(path) < MB

    def test_a_bomb_of_deflate_is_unpacked_as_far_as_the_limit(self, path):
        pack(path, [("a.md", bytes(50 * MB))])

        assert peak_of_reading(path) < 8 * MB

    def test_overlapping_members_are_limited_by_the_archive_size(self, path):
        names = [b"%03d.md" % number for number in range(400)]
        heads = [self.head(name) for name in names]
        sizes = [MB + sum(map(len, heads[place + 1 :])) for place in range(len(heads))]
        local = b"".join(self.head(name, size) for name, size in zip(names, sizes, strict=True)) + bytes(MB)
        starts = [len(heads[0]) * place for place in range(len(heads))]
        directory = b"".join(
            b"PK\x01\x02\x14\x00" + self.head(name, size)[4:-6] + bytes(10) + struct.pack("<I", start) + name
            for name, size, start in zip(names, sizes, starts, strict=True)
        )
        end = struct.pack("<HHHHIIH", 0, 0, 400, 400, len(directory), len(local), 0)
        path.write_bytes(local + directory + b"PK\x05\x06" + end)

        archive = archives.Archive(path)
        found = [file.path for file in archive.files()]
        for name in found:
            with contextlib.suppress(UnreadableError):
                archive.read(name, 2 * MB)

        assert len(found) == 400
        assert archive.read_bytes <= archives.MAX_RATIO * archive.size + archives.CHUNK

    def head(self, name, size=0):
        values = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, 0, size, size, len(name), 0)
        return b"PK\x03\x04" + values + name

    @pytest.mark.parametrize("longest", [1_900, 65_000])
    def test_long_names_and_comments_take_memory_within_limits(self, path, longest):
        number = 2 * MB // longest
        name = "\N{WATER WAVE}/" + "a/" * (longest // 4)
        with zipfile.ZipFile(path, "w") as archive:
            for place in range(number):
                info = zipfile.ZipInfo(f"{name}{place}.md")
                info.comment = b"c" * min(longest // 3, 60_000)
                archive.writestr(info, "")

        assert peak_of_reading(path) < 15 * MB

    def test_oversized_directory_is_not_read(self, path):
        with zipfile.ZipFile(path, "w") as archive:
            for place in range(300):
                info = zipfile.ZipInfo(f"{place}.md")
                info.comment = b"c" * 60_000
                archive.writestr(info, "")

        tracemalloc.start()
        with pytest.raises(ImportFailedError, match="list of members is larger than 16 MB"):
            run(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert peak < 16 * MB

    def test_a_name_longer_than_a_database_can_index_is_refused(self, path):
        pack(path, [("a" * 1_998 + ".md", article("long")), ("b" * 1_997 + ".md", article("longest"))])

        reports = run(path)

        assert [outcome for _, outcome in told(reports)] == ["rejected", "created"]
        assert "longer than 2000 bytes" in reports[0].message


class TestNoArchive:
    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not really", b"words"])
    def test_is_reported_before_anything_is_imported(self, path, data):
        path.write_bytes(data)

        with pytest.raises(ImportFailedError, match="not a zip file"):
            run(path)
