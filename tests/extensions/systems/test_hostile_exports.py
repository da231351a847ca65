"""Hostile exports of publishing systems: a text that cannot be read is refused with a sentence that says why.

Only an export whose frame cannot be read is refused as a whole. Time and memory are bounded by the sandbox
process. Big inputs are made here.
"""

import gzip
import json
import os
import random
import re
import zipfile
from functools import partial

import pytest

from blog.extensions.systems import wxr as wxr_format
from blog.extensions.systems.galley import SYSTEMS as READERS
from blog.sandbox.pool import Pool
from blog.sandbox.process import SYSTEMS
from blog.sandbox.refusals import Refusal, RefusedError
from blog.sandbox.systems import convert
from tests.extensions.systems.exports import SAMPLES, converted, packed, sample

WXR = (SAMPLES / "wordpress.xml").read_text()
HEAD, _, REST = WXR.partition("<channel>")


def wxr(items, before=""):
    return f"{before}{HEAD}<channel><link>https://a.example</link>{items}</channel></rss>"


def post(content, name="a", number=1):
    values = {"post_id": number, "post_name": name, "status": "publish", "post_type": "post"}
    elements = "".join(f"<wp:{key}>{value}</wp:{key}>" for key, value in values.items())
    content = f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    return f"<item><title>{name}</title>{elements}{content}</item>"


@pytest.fixture(scope="module")
def pool():
    pool = Pool(SYSTEMS, size=1, waiting=1, patience=60)
    yield pool
    pool.close()


def reason(path, folder):
    with pytest.raises(RefusedError) as refused:
        convert(path, folder / "converted.zip", "", READERS)
    return refused.value.values["cause"]


LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (wxr("<item><title>&b;</title></item>").replace("<rss", f"{LAUGHS}<rss", 1), "it defines entities"),
        (wxr("<item><title>&a;</title></item>").replace("<rss", f"{OUTSIDE}<rss", 1), "it defines entities"),
        (wxr(f"{'<item>' * 5000}"), "mismatched tag"),
        (WXR[: len(WXR) // 2], "the file ends in line"),
        (WXR.replace("Harbour Notes", "H\xe9", 1).encode("latin-1", "replace"), "is not valid XML in UTF-8"),
        (wxr("<item><title>a &nbsp; b</title></item>"), "is not valid XML"),
        (gzip.compress(WXR.encode())[:-500], "not complete: download it again"),
        (gzip.compress(wxr(post("a" * 5_000_000)).encode()), "unpacks to more than 100 times its size"),
    ],
    ids=["laughs", "outside", "deep", "truncated", "latin-1", "entity", "half a gzip", "gzip bomb"],
)
def test_an_export_of_wordpress_that_cannot_be_read_says_why(data, expected, tmp_path):
    path = tmp_path / "export.xml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())

    assert expected in reason(path, tmp_path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"db": [{"meta": {"exported_on": 1}, "data": {"posts": [', "not complete: download it again"),
        ('{"db": [{"meta": {"exported_on": 1}, "data": {"posts": ' + "[" * 100_000, "nested too deep"),
        ('{"db": [{"meta": {"exported_on": 1}, "data": 5}]}', "has no posts"),
        ('{"db": [{"meta": {"exported_on": 1, "t": "\xe9"}}]}'.encode("latin-1"), "is not in UTF-8"),
    ],
    ids=["truncated", "deep", "types", "latin-1"],
)
def test_an_export_of_ghost_that_cannot_be_read_says_why(data, expected, tmp_path):
    path = tmp_path / "export.json"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())

    assert expected in reason(path, tmp_path)


def test_rows_of_other_types_are_skipped(tmp_path):
    rows = '[1, null, {"id": [], "slug": {}, "html": 7, "title": "Kept", "published_at": 3}]'
    data = f'{{"meta": {{"exported_on": 1}}, "data": {{"posts": {rows}, "tags": 4, "users": [[]]}}}}'
    (tmp_path / "a.json").write_text(data)

    assert any(b'title: "Kept"' in file for file in converted(tmp_path / "a.json", tmp_path).files.values())


LIST = "post_id,post_date,is_published,title\n1.a,2026-01-01,true,"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"posts.csv": LIST.encode() + b"\xff\xfe"}, "is not in UTF-8"),
        ({"posts.csv": LIST + "A", "posts/1.a.html": "<div>" * 300}, "nested more than 200 deep"),
        ({"posts.csv": LIST + "A", "posts/1.a.html": "a" * 9_000_000}, "unpacks to more than 100 times"),
    ],
)
def test_an_export_of_substack_that_cannot_be_read_says_why(files, expected, tmp_path):
    assert expected in reason(packed(tmp_path / "s.zip", files), tmp_path)


@pytest.mark.parametrize(
    "piece", ["<div>", "<div data-attrs='{}'>", "https://substackcdn.com/image/fetch/ ", "%%footnote "]
)
def test_texts_of_substack_take_time_in_proportion_to_their_length(piece, pool, tmp_path):
    files = {
        "posts.csv": LIST + "A\n2.b,2026-01-01,true,B",
        "posts/1.a.html": piece * (150_000 // len(piece)) + os.urandom(4000).hex(),
        "posts/2.b.html": "<p>words</p>",
    }

    pool.ask("convert", packed(tmp_path / "s.zip", files), tmp_path / "converted.zip", "", READERS, seconds=6)

    assert (tmp_path / "converted.zip").exists()


def test_memory_is_bounded(pool, tmp_path):
    path = tmp_path / "export.json"
    path.write_bytes(b'{"db": [{"meta": {"exported_on": 1}, "data": {"posts": [' + b"[]," * 20_000_000)

    with pytest.raises(RefusedError) as refused:
        pool.ask("convert", path, tmp_path / "c.zip", "", READERS, seconds=60)
    assert refused.value.code == Refusal.MEMORY


def test_control_characters_are_dropped(tmp_path):
    (tmp_path / "a.xml").write_text(wxr(post("<p>one\x0b two\x08</p>")))

    assert converted(tmp_path / "a.xml", tmp_path).body("posts/a-1.md").strip() == "one two"


def test_members_outside_of_the_archive_and_archives_in_it_are_not_read(tmp_path):
    inner = packed(tmp_path / "inner.zip", {"a.xml": wxr(post("inside"))}).read_bytes()
    files = {"../a.xml": wxr(post("outside", "b", 2)), "inner.zip": inner, "c.xml": wxr(post("read", "c", 3))}

    export = converted(packed(tmp_path / "export.zip", files), tmp_path)

    assert [name for name in export.files if name.startswith("posts/")] == ["posts/c-3.md"]


def test_ids_and_names_lead_nowhere(tmp_path):
    (tmp_path / "a.xml").write_text(wxr(post("words", "../../etc/passwd", "../7")))

    assert [name for name in converted(tmp_path / "a.xml", tmp_path).files if name.endswith(".md")] == [
        "posts/etc-passwd-7.md"
    ]


def test_active_content_is_dropped_and_counted(tmp_path):
    content = '<script>x</script><svg onload="x"><script>y</script></svg><form><input></form><p>words</p>'
    (tmp_path / "a.xml").write_text(wxr(post(content)))

    export = converted(tmp_path / "a.xml", tmp_path)

    assert "onload" not in export.body("posts/a-1.md")
    assert export.left_out == {"scripts": 1, "drawings in SVG": 1, "forms": 1}


@pytest.mark.parametrize(
    "piece", ["<iframe>", "[gallery ", "<!-- wp:a ", "<figure>", "<b>", "[caption]<img>", "<pre>", "[code]"]
)
def test_content_takes_time_in_proportion_to_its_length(piece, pool, tmp_path):
    (tmp_path / "a.xml").write_text(wxr(post(piece * (300_000 // len(piece)))))

    pool.ask("convert", tmp_path / "a.xml", tmp_path / "converted.zip", "", READERS, seconds=4)

    assert (tmp_path / "converted.zip").exists()


def test_an_archive_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", wxr(post("a" * 20_000_000)))

    assert "100 times its size" in reason(path, tmp_path)


UNBALANCED = "<b></i>" * 900


def ghost(folder, **tables):
    """Write the sample of Ghost with further rows, and return its path."""
    export = json.loads((SAMPLES / "ghost.json").read_text())
    for table, rows in tables.items():
        export["db"][0]["data"][table] += rows
    path = folder / "ghost.json"
    path.write_text(json.dumps(export))
    return path


def members(system, folder, **changed):
    """Write the sample of a system with other and further files, and return its path."""
    with zipfile.ZipFile(sample(system, folder)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return packed(folder / f"{system}.zip", files | changed)


class TestRefusedTexts:
    @pytest.mark.parametrize("body", ["html", "lexical", "mobiledoc"])
    def test_of_ghost(self, body, tmp_path):
        content = f"<div class='kg-card'>{UNBALANCED}</div>" if body == "html" else "{"
        posts = [{"id": "9", "slug": "bad", body: content}]

        export = converted(ghost(tmp_path, posts=posts), tmp_path)

        assert (export.found.texts, [path for path, _ in export.found.refused]) == (5, ["posts/bad-9.md"])

    @pytest.mark.parametrize(
        ("system", "texts", "file"),
        [
            ("medium", 2, "posts/bad-999999999999.html"),
            ("medium", 2, "profile/profile.html"),
            ("notion", 3, f"Bad {'9' * 32}.md"),
        ],
    )
    def test_of_systems_with_files(self, system, texts, file, tmp_path):
        content = "a" * 2_100_000 if system == "notion" else UNBALANCED
        path = members(system, tmp_path, **{file: content + os.urandom(30_000).hex()})

        export = converted(path, tmp_path)

        assert (export.found.texts, [path for path, _ in export.found.refused]) == (texts, [file])

    def test_of_wordpress(self, monkeypatch, tmp_path):
        monkeypatch.setattr(wxr_format, "MAX_VALUE", 100)
        (tmp_path / "a.xml").write_text(wxr(post("a" * 101) + post(UNBALANCED[:91], "good", 2)))

        export = converted(tmp_path / "a.xml", tmp_path)

        assert [path for path, _ in export.found.refused] == ["posts/a-1.md"]
        assert "posts/good-2.md" in export.files

    def test_damaged_member(self, tmp_path):
        path = sample("medium", tmp_path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
            archive.writestr("posts/bad-999999999999.html", "<p>words as written</p>")
        path.write_bytes(path.read_bytes().replace(b"as written", b"as damaged"))

        export = converted(path, tmp_path)

        [(name, reason)] = export.found.refused
        assert (export.found.texts, name) == (2, "posts/bad-999999999999.html")
        assert reason.startswith("cannot be unpacked")

    def test_file_among_others_that_is_cut_off(self, tmp_path):
        files = {"1.xml": wxr(post("one")), "2.xml": wxr(post("two", "b", 2))[:-80]}

        export = converted(packed(tmp_path / "export.zip", files), tmp_path)

        assert [path for path, _ in export.found.refused] == ["2.xml"]
        assert "posts/a-1.md" in export.files


class TestBadValues:
    def test_halves_of_characters_are_replaced_and_counted(self, tmp_path):
        rows = {
            "posts": [{"id": "9", "slug": "bad", "title": "A \ud83d", "html": "<p>\udc00</p>"}],
            "tags": [{"id": "9", "name": "\ud83d", "slug": "x"}],
            "users": [{"id": "9", "name": "\ud83d", "bio": "\ud83d"}],
            "posts_tags": [{"post_id": "9", "tag_id": "9"}],
            "posts_authors": [{"post_id": "9", "author_id": "9"}],
            "settings": [{"key": "title", "value": "\ud83d"}],
        }

        export = converted(ghost(tmp_path, **rows), tmp_path)

        fields = export.fields("posts/bad-9.md")
        assert (fields["title"], fields["tags"], fields["authors"]) == ("A \ufffd", ["\ufffd"], ["\ufffd"])
        assert export.body("posts/bad-9.md").strip() == "\ufffd"
        assert {where: number for where, number, _ in export.found.left_out if "cut in half" in where} == {
            f"characters cut in half, now “\ufffd”, in {table}": 1
            for table in ("tags", "users", "settings", "posts")
        }

    def test_rows_without_an_id_belong_to_no_text(self, tmp_path):
        image = "<wp:post_type>attachment</wp:post_type><wp:attachment_url>https://a.example/a.png</wp:attachment_url>"
        (tmp_path / "a.xml").write_text(wxr(f"<item>{image}</item>" + post("words")))
        rows = {"users": [{"name": "Nobody"}], "posts": [{"id": "9", "slug": "a", "html": "<p>words</p>"}]}

        assert "image" not in converted(tmp_path / "a.xml", tmp_path).fields("posts/a-1.md")
        assert "authors" not in converted(ghost(tmp_path, **rows), tmp_path).fields("posts/a-9.md")

    def test_category_without_a_slug_is_above_no_other(self, tmp_path):
        rows = (("", "Nameless"), ("tides", "Tides"))
        categories = "".join(
            f"<wp:category><wp:category_nicename>{slug}</wp:category_nicename><wp:category_parent/>"
            f"<wp:cat_name>{name}</wp:cat_name></wp:category>"
            for slug, name in rows
        )
        (tmp_path / "a.xml").write_text(wxr(categories + post("words")))

        export = converted(tmp_path / "a.xml", tmp_path)

        assert ["category", "Tides", "tides"] in json.loads(export.files["galley-export.json"])["slugs"]

    def test_long_ids_and_numbers_and_missing_ids_do_not_matter(self, tmp_path):
        path = ghost(tmp_path, posts=[{"id": "1" * 70_000, "html": "<p>one</p>"}, {"html": "<p>two</p>"}])
        path.write_text(path.read_text().replace('"sort_order": 0', f'"sort_order": {"1" * 5000}'))

        export = converted(path, tmp_path)

        assert (export.found.texts, export.found.refused) == (7, ())

    def test_long_names_leave_room_for_others(self, tmp_path):
        tags = [
            {"id": str(number), "name": "x" * size, "slug": "x"} for number, size in ((7, 600_000), (8, 9))
        ]
        users = [{"id": "9", "name": "Long", "bio": "x" * 600_000}]

        export = converted(ghost(tmp_path, tags=tags, users=users), tmp_path)

        slugs = json.loads(export.files["galley-export.json"])["slugs"]
        assert ["tag", "x" * 9, "x"] in slugs
        assert "Long" in json.loads(export.files["authors.json"])
        assert export.left_out["addresses of categories, tags and authors, for which there is no room"] == 1

    def test_picture_with_an_endless_path_is_left_out(self, tmp_path):
        html = f"<img src='/content/images/{'a/' * 40_000}2025/ferry.png'>"
        text = ghost(tmp_path, posts=[{"id": "9", "slug": "a", "html": html}]).read_text()
        files = {"ghost.json": text, "content/images/2025/ferry.png": b"", "noise": os.urandom(9000)}

        export = converted(packed(tmp_path / "g.zip", files), tmp_path)

        assert export.left_out["pictures and files that cannot be read"] == 1

    def test_elements_in_removed_ones_do_not_matter(self, tmp_path):
        html = (
            "<div class=paywall-jump><p class=button-wrapper><a class=poll-embed></a></p></div><p>words</p>"
        )
        files = {"posts.csv": LIST + "A", "posts/1.a.html": html}

        export = converted(packed(tmp_path / "s.zip", files), tmp_path)

        assert export.body("posts/a-1.md").strip() == "words"
        assert export.left_out == {"buttons for subscribers": 1}

    def test_texts_that_the_list_lacks_are_counted(self, tmp_path):
        export = converted(members("substack", tmp_path, **{"posts/9.a.html": "<p>words</p>"}), tmp_path)

        assert export.left_out["texts that posts.csv does not list"] == 1


# What goes wrong in fields of all kinds: characters, sizes, nesting, dates, addresses, and types.
HOSTILE = (
    *(
        "\ud800",
        "a\0b\x1b",
        "\u202e\ufeff\uffff",
        "a" * 100_000,
        "../" * 300,
        "/" * 3000,
        "---\ntitle: x\n---\n",
    ),
    *(UNBALANCED, "<b title='>'>" * 900, "<ul><li>" * 900, "<table><tr><td>" * 300, "> " * 900, "[![" * 900),
    *("<!--" * 900, "[gallery ids='" * 300, "<div class='kg-card pullquote' data-attrs='{}'>" * 190),
    *(
        "0000-00-00 00:00:00",
        "9999-12-31 23:59:59",
        "2024-02-30T25:00:00Z",
        "http://[",
        "https://a:99999999/",
    ),
    *('{"root":' * 900, '{"markups":5,"cards":{},"sections":[[10,0],[1,"p",[[0,[0],1,{}]]]]}', "{{< x >}}"),
)
SEEDS = 12  # of each system
OTHER_TYPES = (None, True, -1, 1e308, float("nan"), 10**3000, [], {}, [[None]])


def mutated_ghost(draw, folder):
    data = json.loads((SAMPLES / "ghost.json").read_text())["db"][0]["data"]
    rows = {table: dict(draw.choice(data[table])) for table in data}
    for table, row in rows.items():
        row |= {name: f"mutated-{table}" for name in ("id", "key", "post_id", "name") if name in row}
        row |= {name: draw.choice(HOSTILE + OTHER_TYPES) for name in row if draw.random() < 0.4}
    return ghost(folder, **{table: [row] for table, row in rows.items()})


def mutated_wordpress(draw, folder):
    def mutated(element):
        value = draw.choice(HOSTILE).encode("utf-8", "replace").decode().replace("\uffff", "")
        return f"{element[1]}<![CDATA[{value}]]>{element[3]}" if draw.random() < 0.3 else element[0]

    items = "".join(re.findall("<item>.*?</item>", WXR, re.DOTALL)).replace("<wp:post_id>", "<wp:post_id>9")
    element = r"(<([\w:]+)\b[^<>]*>)(?:<!\[CDATA\[.*?\]\]>|[^<]*)(</\2>)"
    items = re.sub(element, mutated, items, flags=re.DOTALL)
    path = folder / "a.xml"
    path.write_text(WXR.replace("</channel>", f"{items}</channel>"))
    return path


def mutated_files(draw, folder, system):
    with zipfile.ZipFile(sample(system, folder)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice([name for name in files if re.search(r"[0-9a-f]{9}[^/]*\.(html|md)$", name)])
    pieces = re.split(rb"(?<=[>\"\n])", files[name])
    pieces.insert(draw.randrange(len(pieces)), draw.choice(HOSTILE).encode("utf-8", "replace"))
    files[re.sub(r"[0-9a-f]{9}(?=[^/]*$)", "9" * 9, name, count=1)] = b"".join(pieces)
    if "posts.csv" in files:
        key = re.sub(r".*/[0-9]{9}(.*)\.html", r"999999999\1", name)
        files["posts.csv"] += f'{key},"{draw.choice(HOSTILE)}",true,,,newsletter'.encode("utf-8", "replace")
    return packed(folder / "mutated.zip", files)


@pytest.mark.parametrize("system", ["ghost", "wordpress", "medium", "substack", "notion"])
def test_hostile_values_do_not_affect_other_texts(system, tmp_path):
    of_system = {"ghost": mutated_ghost, "wordpress": mutated_wordpress}
    mutate = of_system.get(system, partial(mutated_files, system=system))
    plain = {"ghost": SAMPLES / "ghost.json", "wordpress": SAMPLES / "wordpress.xml"}.get(system)
    texts = {
        name: data
        for name, data in converted(plain or sample(system, tmp_path), tmp_path).files.items()
        if name.endswith(".md")
    }

    for seed in range(SEEDS):
        export = converted(mutate(random.Random(f"{system} {seed}"), tmp_path), tmp_path)  # noqa: S311 -- repeatable

        assert {name: export.files.get(name) for name in texts} == texts, seed
        assert [reason for _, reason in export.found.refused if "Error" in reason] == [], seed
