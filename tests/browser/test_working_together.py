"""A day of two editors and a writer, each in a browser of their own."""

import re

import pytest

TITLE = "The mill by the sea"
BODY = "The mill has stood by the sea for a long time.\n\nIts sails turn while the wind blows from the bay.\n"
SELECT = """
    const text = document.querySelector("#prose p:last-of-type").firstChild;
    getSelection().setBaseAndExtent(text, 4, text, 14);
"""


@pytest.fixture
def people(visit, editors_state, administrators_state, writers_state):
    """The pages of the writer and of the editors. The first editor's browser runs scripts."""
    states = ((writers_state, False), (editors_state, True), (administrators_state, False))
    return [
        visit("/admin/", storage_state=state, java_script_enabled=scripted, is_fresh=True).page
        for state, scripted in states
    ]


def go(page, selector):
    with page.expect_navigation():
        page.click(selector)


def words_of(page):
    return page.inner_text("body")


def test_an_article_is_written_discussed_approved_and_corrected(people, site):
    writer, mara, jonah = people

    # The writer writes, notes and submits.
    go(writer, "text=New article")
    writer.fill("#id_title", TITLE)
    writer.fill("#id_slug", "the-mill-by-the-sea")
    writer.fill("#id_body", BODY)
    go(writer, "[name=_continue]")
    edit_page = writer.url.partition("?")[0]
    proof = edit_page.replace("/change/", "/proof/")
    writer.click("#new-note summary")
    writer.fill("#note-text", "How old is it?")
    go(writer, "[name=add]")
    go(writer, "text=Submit…")
    go(writer, ".submit-row [type=submit]")

    # The first editor replies, notes what is selected, assigns the article and returns it.
    mara.goto(proof)
    mara.click("#notes li summary")
    mara.fill("#notes li textarea", "Two hundred years.")
    go(mara, "#notes [name=reply]")
    mara.evaluate(SELECT)
    mara.keyboard.press("o")
    mara.keyboard.type("Only from the bay?")
    with mara.expect_navigation():
        mara.keyboard.press("Control+Enter")
    noted = mara.inner_text("#prose mark.noted")
    mara.select_option("#assigned-to", label="writer")
    go(mara, "button[form=assign-form]")
    mara.goto(edit_page)
    go(mara, "text=Return…")
    mara.fill("#id_note", "Please name the bay.")
    go(mara, ".submit-row [type=submit]")

    # The writer sees what waits, revises, resolves the notes and submits again.
    writer.goto(site.url("/admin/"))
    dashboard = words_of(writer)
    go(writer, f"text={TITLE}")
    writer.fill("#id_body", BODY.replace("the bay", "Skerry Bay"))
    go(writer, "[name=_continue]")
    for _ in range(2):
        go(writer, "#notes [name=resolve]")
    go(writer, "text=Submit…")
    go(writer, ".submit-row [type=submit]")

    # The second editor approves, schedules and publishes.
    jonah.goto(proof)
    jonah.check("[name=checked][value=read]")
    go(jonah, "#approve .without-script button")
    jonah.goto(proof)
    approved = jonah.inner_text("#why")
    go(jonah, "text=Schedule")
    go(jonah, "[name=_schedule]")
    scheduled = words_of(jonah)
    jonah.goto(edit_page)
    jonah.fill("#id_published_at_0", "2026-01-05")
    go(jonah, "[name=_continue]")

    # The first editor corrects it. Readers see the correction, and no note.
    mara.goto(edit_page.replace("/change/", "/corrections/"))
    mara.fill("#id_text", "The bay is Skerry Bay.")
    go(mara, ".submit-row [type=submit]")
    mara.goto(site.url("/articles/the-mill-by-the-sea/"))
    public = mara.content()

    assert noted == "sails turn"
    assert re.search(r"Returned by \w+.*Please name the bay.", dashboard)
    assert "2 open notes" in dashboard
    assert "Approved" in approved
    assert "1 article was scheduled." in scheduled
    assert "Skerry Bay" in public
    assert not re.search("How old|Two hundred|Only from", public)
