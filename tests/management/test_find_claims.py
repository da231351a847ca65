"""The claims of files as JSON, which programs that measure the finder read."""

import json
from io import StringIO

from django.core.management import CommandError, call_command

from blog.documents.claims.claim import find_claims
from blog.documents.frontmatter.document import parse_document

QUOTED = "---\ntitle: Tides\n---\n\n“The sea rises,” said Dr. Runa Hale. It rose 3 % in 2019.\n"


def run(*files):
    """Return the lines of JSON, read, and what is said of files that cannot be read."""
    out, err = StringIO(), StringIO()
    try:
        call_command("find_claims", *files, stdout=out, stderr=err)
    except CommandError as error:
        err.write(f"{error}\n")
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue().splitlines()


def write(folder, text=QUOTED, name="tides.md"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_each_claim_has_its_kind_and_place_below_the_front_matter(tmp_path):
    [line], said = run(write(tmp_path))

    body = parse_document(QUOTED.encode()).body
    assert line["file"] == "tides.md"
    assert {"kind": "figure", "start": body.index("It rose"), "end": len(body) - 1} in line["found"]
    assert [(claim["kind"], claim["start"], claim["end"]) for claim in line["found"]] == [
        (claim.kind, claim.start, claim.end) for claim in find_claims(body)
    ]
    assert said == []


def test_a_file_without_claims_has_a_line_too(tmp_path):
    [line], _ = run(write(tmp_path, "Welcome to the harbour.\n", "calm.md"))

    assert line == {"file": "calm.md", "found": []}


def test_files_that_cannot_be_read_are_named_with_the_reason_and_the_others_printed(tmp_path):
    broken = write(tmp_path, "---\ntitle: [a\n---\nText\n", "broken.md")
    binary = write(tmp_path, b"\0\1\2" * 100, "binary.md")

    lines, said = run(tmp_path / "none.md", broken, write(tmp_path), binary, tmp_path)

    assert [line["file"] for line in lines] == ["tides.md"]
    assert said[0] == f"{tmp_path}/none.md: No such file or directory."
    assert said[1].startswith(f"{broken}: line 2: ")
    assert said[2].startswith(f"{binary}: the file is binary data")
    assert said[3:] == [f"{tmp_path}: Is a directory.", "4 of 5 files could not be read."]


def test_files_with_one_name_are_refused_because_lines_name_no_folder(tmp_path):
    (tmp_path / "more").mkdir()

    assert run(write(tmp_path), write(tmp_path / "more")) == (
        [],
        ["Several files are called tides.md: rename them."],
    )
