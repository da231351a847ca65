"""What a page says of a claim: found, partly or not_found."""

import json

import pytest
from django.core.management import CommandError, call_command

from blog.extensions.sources.evidence import find_evidence
from blog.extensions.sources.pages import read_page
from blog.extensions.sources.states import failed_state, page_state

TEXT = """<title>Buses in Bergen | The Paper</title><nav>Home 77%</nav><h1>Buses in Bergen</h1>
<p>The city bought 102 electric buses on 3 March 2021. “They are quieter than anything we drove before,” said
Kari Nordmann of Skyss.</p><p>Two thirds of the 1,200,000 passengers liked them.</p>
<table><tr><th>Company</th><th>2020</th><th>2021</th></tr><tr><td>Skyss</td><td>12%</td><td>41%</td></tr></table>
<p>The survey asked people on all lines, in winter and in summer, and was weighted by age.</p>
<h2>Comments</h2><p>I counted 150 electric buses.</p>"""


def page(text=TEXT, content_type="text/html"):
    return read_page(text.encode(), content_type, "utf-8")


def verdict(claim):
    return find_evidence(claim, page()).verdict


@pytest.mark.parametrize(
    "claim",
    [
        "The city bought a hundred and two electric buses on 2021-03-03.",
        "2/3 of the 1.2 million passengers liked them.",
        "“They are quieter […] we drove before”, said Kari Nordmann.",
        "Skyss ran 41% of the buses in 2021.",
    ],
)
def test_other_notations_are_found(claim):
    assert verdict(claim) == "found"


@pytest.mark.parametrize(
    "claim",
    [
        "The city bought 150 electric buses in March 2021.",  # only a reader's comment says so
        "“They are quieter than anything we drove before,” said Ola Hansen.",
        "Skyss ran 41% of the buses in 2020.",  # another column
    ],
)
def test_a_part_that_differs_is_missing(claim):
    assert verdict(claim) == "partly"


def test_a_name_alone_is_not_the_same_subject():
    assert verdict("Kari Nordmann won an Oscar in 1998.") == "not_found"


def test_a_page_says_what_it_is():
    assert (page().title, page().publisher) == ("Buses in Bergen", "The Paper")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (TEXT, "ok"),
        ("<h1>Seite nicht gefunden</h1><p>Zur Startseite</p>", "soft_404"),
        ("<div id=root></div><script src=a.js></script>", "paywall_or_script"),
        (
            f"<p>{'The beginning of a story. ' * 9}</p><p>Subscribe to continue reading</p>",
            "paywall_or_script",
        ),
    ],
)
def test_states_of_served_pages(text, state):
    assert page_state(page(text), "https://e.example/a", "https://e.example/a", []) == state


def test_a_redirect_to_the_home_page_is_an_error_page():
    assert page_state(page(), "https://e.example/a", "https://e.example/", []) == "soft_404"


def test_pictures_and_damaged_pdf_files_are_no_text():
    pages = [read_page(b"\x89PNG", "image/png", None), read_page(b"%PDF-1.4 x", "application/pdf", None)]
    assert [page_state(p, "https://e.example/a", "https://e.example/a", []) for p in pages] == [
        "not_text"
    ] * 2


@pytest.mark.parametrize(
    ("status", "error", "state"),
    [(404, None, "gone"), (503, None, "unreachable"), (None, "dns", "unreachable")],
)
def test_states_of_failed_requests(status, error, state):
    assert failed_state(status, error) == state


class TestCommand:
    def test_prints_a_line_for_each_case(self, tmp_path, capsys):
        (tmp_path / "pages").mkdir()
        (tmp_path / "pages" / "a.html").write_text(TEXT)
        address = "https://e.example/a"
        case = {"id": "1", "sentence": "The city bought 99 electric buses.", "page": "a.html", "url": address}
        cases = tmp_path / "cases.jsonl"
        cases.write_text(
            json.dumps({**case, "content_type": "text/html", "status": 200, "final_url": address})
        )
        call_command("find_evidence", cases)
        judged = json.loads(capsys.readouterr().out)
        assert (judged["state"], judged["verdict"], judged["missing"]) == ("ok", "partly", ["99"])

    def test_names_the_line_that_is_no_case(self, tmp_path):
        (tmp_path / "cases.jsonl").write_text("{")
        with pytest.raises(CommandError, match=r"Line 1 of .* is not a case"):
            call_command("find_evidence", tmp_path / "cases.jsonl")
