"""Judge saved pages: what find_evidence prints for each case."""

from pathlib import Path

from blog.extensions.sources.claim_parts import read_claim
from blog.extensions.sources.evidence import find_evidence
from blog.extensions.sources.pages import read_page
from blog.extensions.sources.states import failed_state, page_state

READABLE = ("ok", "moved")


def judge(case: dict, folder: Path) -> dict:
    """Return the state, verdict, parts and passage of a case. folder: where its page is saved."""
    state, page = failed_state(case.get("status"), case.get("error")), None
    if state is None:
        page = read_page(
            (folder / case["page"]).read_bytes(), case.get("content_type") or "", case.get("charset")
        )
        state = page_state(
            page, case["url"], case.get("final_url") or case["url"], case.get("redirects") or []
        )
    if state not in READABLE:
        missing = [part.text for part in read_claim(case["sentence"]).parts]
        return {
            "id": case["id"],
            "state": state,
            "verdict": state,
            "found": [],
            "missing": missing,
            "passage": "",
        }
    evidence = find_evidence(case["sentence"], page)
    return {
        "id": case["id"],
        "state": state,
        "verdict": evidence.verdict,
        "found": list(evidence.found),
        "missing": list(evidence.missing),
        "passage": evidence.passage,
    }
