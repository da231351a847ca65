"""What editors do at a site with each other, at random: every act is a page, its form and a button."""

import itertools
import random
import re
import time
from collections import Counter

from tests.support.web_editor import Page, WebEditor

LIST = "/admin/blog/article/"
PEOPLE = "/admin/people/"
SHARED = f"{LIST}?category=1"  # the list of the articles that all editors change
QUOTATION = "“The water will rise by two metres,” said Ines Valdbakken, who measures tides in Aalborg."
CUT_DESCRIPTION = "The water will rise by two metres and the"  # a finding with a bulk fix
PARAGRAPHS = 6  # of a text: the newest replace the others


class Editing:
    """The acts of an editor.

    common: the address of an article in which each editor has a paragraph, which starts with their name.
    shared: the addresses of articles in which all change everything. `saved` has a token for each save that
    was answered with success, {token: address}; `done` counts acts with their outcomes.
    """

    def __init__(self, editor: WebEditor, number: int, common: str, shared: list[str]):
        self.editor, self.number, self.common, self.shared = editor, number, common, shared
        self.chance = random.Random(number)  # noqa: S311 -- not for secrets
        self.tokens = itertools.count()
        self.saved = {}
        self.done = Counter()

    @property
    def saved_in_common(self) -> list[str]:
        return [token for token, address in self.saved.items() if address == self.common]

    def work(self, until: float, pause: float) -> None:
        """Save once, then do all acts at random until this time. pause: seconds before each, on average."""
        often = (self.save, self.save_common)
        acts = (*often, *often, self.resolve, self.resolve, self.approve, self.publish, self.publish_many)
        acts += (self.trash, self.restore, self.fix_many, self.undo, self.undo, self.decide, self.look)
        waiting = [self.save_common]
        while time.monotonic() < until:
            waiting = waiting or self.chance.sample(acts, len(acts))
            act = waiting.pop()
            time.sleep(pause * self.chance.uniform(0.5, 1.5))
            self.done[f"{act.__name__}: {act() or 'done'}"] += 1

    def _any_shared(self):
        """Return an article of all, often one of a few."""
        return self.chance.choice(self.shared[: self.chance.choice([3, len(self.shared)])])

    def save(self):
        """Save a text of all, also with *Publish* or *Unpublish*."""
        page, form = self._open_form(self._any_shared())
        if form is None:
            return "in the trash"
        token = self._token()
        paragraphs = [*form.data["body"].strip().split("\r\n\r\n"), f"Edit {token} of {self.editor.name}."]
        body = "\r\n\r\n".join([paragraphs[0], *paragraphs[1:][-PARAGRAPHS:]])
        button = self.chance.choice(["_continue", "_continue", "_save", "_publish", "_unpublish"])
        values = {"body": body, "meta_description": CUT_DESCRIPTION, button: "1"}
        return self._saved(self.editor.send(page, form, **values), token, page.address)

    def save_common(self):
        """Save the article in which nobody else changes this editor's paragraph."""
        page, form = self._open_form(self.common)
        token = self._token()
        start = f"{self.editor.name}:"
        paragraphs = [
            f"{text} {token}" if text.startswith(start) else text
            for text in form.data["body"].strip().split("\r\n\r\n")
        ]
        answer = self.editor.send(page, form, body="\r\n\r\n".join(paragraphs), _continue="1")
        outcome = self._saved(answer, token, page.address)
        assert outcome is None, outcome
        return outcome

    def _open_form(self, address):
        page = self.editor.get(address)
        return page, page.form(field="body")

    def _token(self):
        return f"{self.editor.name}x{next(self.tokens)}z"

    def _saved(self, answer: Page, token: str, address: str):
        """Record the token if the save succeeded; decide the conflicts that are shown for this editor."""
        while comparison := answer.form(button="_all"):  # again, if others save meanwhile
            self.done["conflicts"] += 1
            chosen = self.editor.send(answer, comparison, _all="ours")
            answer = self.editor.send(chosen, chosen.form(button="_all"), _continue="1")
        if not answer.was_redirected:
            return "in the trash" if answer.status == 403 else refusal(answer)
        self.saved[token] = address
        return None

    def _proof(self, *query):
        address = self._any_shared().replace("/change/", "/proof/")
        return self.editor.get(address + "".join(query))

    def resolve(self):
        """Resolve a mark: a source, a rewritten paragraph, a removal, or a reason; or reopen it."""
        page = self._proof(f"?mark={self.chance.randint(1, 3)}")
        form = page.form(action="/resolve/", field="key")
        outcomes = [value for name, value in form.buttons if name == "outcome"] if form else []
        if not outcomes:
            return "nothing"
        outcome = self.chance.choice(outcomes)
        page = self.editor.send(page, form, outcome=outcome, note="The tide table of 2024.")
        if outcome == "rewritten":
            return self._rewrite(page)
        return None if "settled=1" in page.address else refusal(page)

    def _rewrite(self, page):
        form = page.form(action="/resolve/", field="text")
        if form is None:
            return refusal(page)
        token = self._token()
        text = self.chance.choice([QUOTATION, "The water rises."])
        page = self.editor.send(page, form, text=f"{text} Rewrite {token}.")
        if "settled=1" not in page.address:
            return refusal(page)
        self.saved[token] = page.address
        return None

    def approve(self):
        """Approve an article, or withdraw its approval. Those with open marks cannot be approved."""
        page = self._proof()
        if form := page.form(action="/withdraw/"):
            return self._told(self.editor.send(page, form), "Withdrew the approval")
        if form := page.form(action="/approve/"):
            page = self.editor.send(page, form, read="1", statement="All of it.")
            return self._told(page, "Approved “")
        return "in the trash"

    def publish(self):
        page = self._proof()
        form = page.form(action="/publish/")
        return self._told(self.editor.send(page, form), "published") if form else "nothing"

    def publish_many(self):
        return self._act_on_many(self.chance.choice(["publish", "unpublish", "feature", "untrend"]), SHARED)

    def trash(self):
        if self.chance.random() < 0.5:
            return self._act_on_many("move_to_trash", SHARED)
        page = self._proof()
        form = page.form(action="/trash/")
        return self._told(self.editor.send(page, form), "moved to the trash") if form else "nothing"

    def restore(self):
        return self._act_on_many("restore", f"{SHARED}&state=trash", most=30)

    def _act_on_many(self, action, address, most=4):
        page = self.editor.get(address)
        keys = self._keys()
        shown = [key for key in keys if f'name="_selected_action" value="{key}"' in page.html]
        form = page.form(field="select_across")
        if not shown or form is None:
            return "nothing"
        chosen = self.chance.sample(shown, min(most, len(shown)))
        page = self.editor.send(page, form, action=action, _selected_action=chosen)
        if confirmation := page.form(field="confirmed"):
            chosen = chosen if "seen" not in confirmation.data else None
            page = self.editor.send(page, confirmation, _selected_action=chosen)
        return None if page.was_redirected or page.status == 200 else refusal(page)

    def _keys(self):
        return [address.split("/")[-3] for address in self.shared]

    def fix_many(self):
        """Fix a finding in all articles of the list, or undo that in all of them."""
        page = self.editor.get(f"{SHARED}&shared=yes")
        form = page.form(action="/bulk-fix/") or page.form(action="/undo-bulk-fix/")
        if form is None:
            return "nothing"
        fix = dict(form.buttons).get("fix")
        page = self.editor.send(page, form, fix=fix)
        if confirmation := page.form(field="confirmed"):
            page = self.editor.send(page, confirmation, fix=fix)
        return None if page.was_redirected else refusal(page)

    def undo(self):
        page = self.editor.get(f"{LIST}undo/")
        form = page.form(field="number")
        return self._told(self.editor.send(page, form), "Undone: ") if form else "nothing"

    def decide(self):
        """Decide on the person who is quoted: real, invented, or reopen the decision."""
        people = set(re.findall(r"[?]person=(\d+)", self.editor.get(PEOPLE).html))
        if not people:
            return "nothing"
        answer = self.chance.choice(["real", "invented"])
        page = self.editor.get(f"{PEOPLE}?person={min(people)}&answer={answer}")
        if form := page.form(field="answer"):
            page = self.editor.send(page, form, source="The tide table.")
        elif form := page.form(button="answer"):
            page = self.editor.send(page, form, answer="open")
        return None if page.was_redirected else refusal(page)

    def look(self):
        """Open pages that only read."""
        address = self._any_shared()
        for each in ("/admin/", LIST, address.replace("/change/", "/history/"), "/admin/activity/"):
            self.editor.get(each)

    def _told(self, page, words):
        return None if words in page.html else refusal(page)


def refusal(page: Page) -> str:
    """Return the status of a page, and the messages and errors on it."""
    shown = re.findall(
        r'<li class="(?:error|warning)">(.*?)</li>|class="errornote"[^>]*>(.*?)<', page.html, re.S
    )
    words = " ".join(re.sub("<[^>]*>", "", " ".join(texts)) for texts in shown)
    return f"refused {page.status} {' '.join(words.split())[:70]}".strip()
