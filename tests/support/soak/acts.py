"""What editors and imports do during a soak. Each acknowledged change has a token, to be found at the end."""

import io
import itertools
import json
import random
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from PIL import Image as Pillow

from tests.support.editing import LIST, Editing, refusal
from tests.support.servers import ROOT
from tests.support.soak.visitors import InterruptedActError, SoakEditor, Visitor

TOKEN = re.compile("[a-z]+[0-9]+x[0-9]+z")
FILES, CHANGED_FILES = 30, 6  # of the imported folder; of them, changed before each import
JOB_SECONDS = 900  # on a busy machine, until a page must show the outcome of a job
POLL_SECONDS = 3


class SoakEditing(Editing):
    """Editing whose acts may be interrupted. All its saves are acknowledged writes."""

    def __init__(self, editor, number, common, shared):
        super().__init__(editor, number, common, shared)
        self.record = editor.record

    def work(self, until, pause):
        often = (self.save, self.save_common)
        acts = (*often, *often, self.resolve, self.resolve, self.approve, self.publish, self.publish_many)
        acts += (self.trash, self.restore, self.fix_many, self.undo, self.undo, self.decide, self.look)
        waiting = []
        while time.monotonic() < until:
            waiting = waiting or self.chance.sample(acts, len(acts))
            act = waiting.pop()
            rest(until, pause * self.chance.uniform(0.5, 1.5))
            attempt(self.record, act.__name__, act)
            for token, address in self.saved.items():
                if token not in self.record.writes:
                    self.record.acknowledge(token, f"save of {address}")


def attempt(record, name, act):
    """Carry out an act, and count its outcome. An interrupted act is not repeated."""
    try:
        outcome = act() or "done"
    except InterruptedActError:
        outcome = "interrupted"
    except Exception as error:  # the other actors continue
        outcome = "failed"
        record.fail(f"{name}: {error!r}"[:600])
    record.acts[name, outcome[:60]] += 1
    return outcome


def rest(until, seconds):
    """Wait for these seconds, or until the end of the soak."""
    time.sleep(max(0, min(seconds, until - time.monotonic())))


class OwnWork:
    """Work on an article that nobody else changes, so each acknowledged state must be there at the next look.

    After an interrupted change, both the state before and after it are possible.
    """

    def __init__(self, editor: SoakEditor, number: int, address: str):
        self.editor, self.record, self.address = editor, editor.record, address
        self.name = f"own{number}"
        self.slug = f"own-{number}"
        self.chance = random.Random(100 + number)  # noqa: S311 -- not for secrets
        self.tokens = itertools.count()
        self.reader = Visitor(self.record, editor.visitor.port, "reader")
        self.bodies = {None}  # the tokens that the article may end with
        self.is_public = {False}
        self.is_in_trash = {False}

    def work(self, until, pause):
        often = (self.save, self.publish, self.unpublish)
        acts = (*often, self.save, self.save, self.trash_and_undo, self.create)
        while time.monotonic() < until:
            rest(until, pause * self.chance.uniform(0.5, 1.5))
            act = self.chance.choice(acts)
            attempt(self.record, f"own {act.__name__}", act)

    def save(self):
        return self._save("_continue")

    def publish(self):
        return self._save("_publish", True)

    def unpublish(self):
        return self._save("_unpublish", False)

    def _save(self, button, public=None):
        page = self.editor.get(self.address)
        form = page.form(field="body")
        if form is None:
            return self._take_out_of_trash(page)
        self._confirm(form)
        token = self._token()
        body = f"Of {self.name}: {token}."
        before = set(self.is_public)
        self.bodies.add(token)
        self.is_public |= {public} - {None}
        answer = self.editor.send(page, form, body=body, **{button: "1"})
        if not answer.was_redirected:
            self.bodies.discard(token)
            self.is_public = before
            self.record.fail(f"{self.name}: the form was refused: {refusal(answer)}")
            return "refused"
        self.bodies = {token}
        self.is_public = before if public is None else {public}
        self.record.acknowledge(token, f"{button} of {self.address}")
        self._look_as_reader()
        return None

    def _confirm(self, form):
        """Compare the article with what was acknowledged."""
        stored = (TOKEN.findall(form.data["body"]) or [None])[0]
        if stored not in self.bodies:
            self.record.fail(f"{self.name}: {stored} is stored instead of {self.bodies}")
        if False not in self.is_in_trash:
            self.record.fail(f"{self.name}: it is not in the trash")
        self.bodies, self.is_in_trash = {stored}, {False}

    def _look_as_reader(self):
        """Readers see an acknowledged change with their next request."""
        if len(self.is_public) > 1 or len(self.bodies) > 1:
            return
        try:
            status, _headers, body = self.reader.ask("GET", f"/articles/{self.slug}/")
        except InterruptedActError:
            return
        [public], [token] = self.is_public, self.bodies
        if status == 503:
            return
        if (status == 200) != public:
            self.record.fail(f"{self.slug} is answered with {status}, public: {public}")
        elif public and token not in body.decode():
            self.record.fail(f"{self.slug} is shown without {token}")

    def trash_and_undo(self):
        page = self.editor.get(self.address.replace("/change/", "/proof/"))
        form = page.form(action="/trash/")
        if form is None:
            return self._take_out_of_trash(page)
        public = set(self.is_public)
        self.is_in_trash, self.is_public = {False, True}, public | {False}
        page = self.editor.send(page, form)
        if "moved to the trash" not in page.html:
            return refusal(page)
        self.is_in_trash, self.is_public = {True}, {False}
        self._look_as_reader()
        return self._undo(public)

    def _undo(self, public):
        """Undo the move to the trash. public: whether readers could see the article before, if known."""
        page = self.editor.get(f"{LIST}undo/")
        form = page.form(field="number")
        if form is None:
            return "nothing to undo"
        self.is_in_trash, self.is_public = {False, True}, {False} | public
        page = self.editor.send(page, form)
        if "Undone: " not in page.html:
            return refusal(page)
        self.is_in_trash, self.is_public = {False}, public
        self._look_as_reader()
        return None

    def _take_out_of_trash(self, page):
        if True not in self.is_in_trash:
            self.record.fail(f"{self.name} cannot be edited: {page.status} {refusal(page)}")
        self.is_in_trash = {True}
        return self._undo({False, True})

    def create(self):
        page = self.editor.get(f"{LIST}add/")
        form = page.form(field="body")
        token = self._token()
        values = {"title": f"Made by {self.name}", "slug": f"made-{token}", "body": f"New: {token}."}
        answer = self.editor.send(page, form, **values, _save="1")
        if not answer.was_redirected:
            return refusal(answer)
        self.record.acknowledge(token, f"new article of {self.name}")
        return None

    def _token(self):
        return f"{self.name}x{next(self.tokens)}z"


class Replacing:
    """Replaces a word in many articles, in jobs, and waits for each to end."""

    def __init__(self, editor: SoakEditor):
        self.editor, self.record = editor, editor.record
        self.number = 0

    def work(self, until, pause):
        while time.monotonic() < until:
            rest(until, pause)
            attempt(self.record, "search and replace", self.replace)

    def replace(self):
        page = self.editor.get(f"{LIST}replace/")
        old, new = f"swap0x{self.number}z", f"swap0x{self.number + 1}z"
        values = {"old": old, "new": new, "subject": "words", "whole_words": "on"}
        page = self.editor.send(page, page.form(field="scope"), **values, preview="1")
        form = page.form(field="seen")
        changes = re.findall(r'name="change" value="([^"]*)"', page.html)
        if "Nothing found" in page.html:
            self.number += 1  # an interrupted request has replaced it
            return "nothing"
        if form is None or not changes:
            return refusal(page)
        page = self.editor.send(page, form, **values, change=changes, apply="1")
        job = re.search(r"[?]job=(\d+)", page.address)
        if not (page.was_redirected and job):
            return refusal(page)
        self.record.acknowledge(new, "search and replace")
        until = time.monotonic() + JOB_SECONDS
        while 'data-state="done"' not in page.html:
            if time.monotonic() > until or 'data-state="failed"' in page.html:
                self.record.fail(f"search and replace: job {job[1]} has not ended: {refusal(page)}")
                return "unfinished"
            time.sleep(POLL_SECONDS)
            page = self.editor.get(page.address)
        self.number += 1
        return None


class Uploading:
    """Uploads archives with changed files in the admin: dry run, then import."""

    def __init__(self, editor: SoakEditor):
        self.editor, self.record = editor, editor.record
        self.tokens = itertools.count()
        self.chance = random.Random(7)  # noqa: S311 -- not for secrets

    def work(self, until, pause):
        while time.monotonic() < until:
            rest(until, pause)
            attempt(self.record, "upload", self.upload)

    def upload(self):
        page = self.editor.get("/admin/import/")
        form = page.form(field="source_name")
        archive, tokens = self._archive()
        fields = form.data | {"source_name": "uploaded"}
        body, kind = multipart(fields, "uploaded.zip", archive)
        page = self.editor.send_files("/admin/import/", body, kind)
        if not page.was_redirected:
            return refusal(page)
        until = time.monotonic() + JOB_SECONDS
        while time.monotonic() < until:
            phase = phase_of(page)
            if phase == "imported":
                for token in tokens:
                    self.record.acknowledge(token, "upload")
                return None
            if phase == "halted":
                self.record.note(f"upload halted: {refusal(page)}")
            if phase != "working":
                page = self._press(page, "_import", "_same", "_check")
                continue
            time.sleep(POLL_SECONDS)
            page = self.editor.get(page.address)
        self.record.fail(f"upload: {page.address} is still {phase_of(page)}")
        return "unfinished"

    def _press(self, page, *buttons):
        for button in buttons:
            if form := page.form(button=button):
                try:
                    return self.editor.send(page, form, **{button: "1"})
                except InterruptedActError:
                    break
        return self.editor.get(page.address)

    def _archive(self):
        output, tokens = io.BytesIO(), []
        with zipfile.ZipFile(output, "w") as archive:
            for number in self.chance.sample(range(20), 5):
                tokens.append(f"upload0x{next(self.tokens)}z")
                archive.writestr(f"{number}.md", file_of(f"Uploaded {number}", tokens[-1]))
        return output.getvalue(), tokens


def phase_of(page) -> str:
    """Return the state of a staged import from its page."""
    if 'class="errornote"' in page.html:
        return "halted"
    for button, phase in (("_import", "checked"), ("_same", "same files"), ("_check", "received")):
        if page.form(button=button):
            return phase
    return "imported" if "Import more files" in page.html else "working"


def multipart(fields, name, data):
    """Return (body, content type) of a form with a file."""
    lines = []
    for key, value in fields.items():
        lines.append(f'--bound\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode())
    head = f'--bound\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
    lines += [head.encode(), b"Content-Type: application/zip\r\n\r\n", data, b"\r\n--bound--\r\n"]
    return b"".join(lines), "multipart/form-data; boundary=bound"


def file_of(title, token, **keys):
    head = {"title": title, "date": "2026-03-01", "categories": ["Imported"], **keys}
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in head.items())
    return f"---\n{lines}---\n\nThe water level rises and falls with the tides.\n\nRevision: {token}.\n"


class Importing:
    """Imports a folder again and again with a command, each time with some changed files."""

    def __init__(self, record, environment, folder: Path):
        self.record, self.environment, self.folder = record, environment, folder
        self.chance = random.Random(8)  # noqa: S311 -- not for secrets
        self.tokens = itertools.count()
        self.current = {}  # {number of the file: token}
        folder.mkdir()
        for number in range(4):
            Pillow.new("RGB", (900, 500), (60 * number, 90, 120)).save(folder / f"picture-{number}.png")

    def work(self, until, pause):
        while time.monotonic() < until:
            attempt(self.record, "import", self.import_folder)
            rest(until, pause)

    def import_folder(self):
        changed = self.chance.sample(range(FILES), CHANGED_FILES) if self.current else range(FILES)
        for number in changed:
            self.current[number] = f"import0x{next(self.tokens)}z"
            text = file_of(f"Post {number}", self.current[number], image=f"picture-{number % 4}.png")
            (self.folder / f"{number}.md").write_text(text)
        began = time.monotonic()
        status, words = self._run("import_articles", str(self.folder), "--quiet", "--source", "soak")
        if status == 0:
            for token in self.current.values():
                self.record.acknowledge(token, "import")
            return None
        last = words.strip().splitlines()[-1:]
        if not self.record.is_during_outage(began, time.monotonic()):
            self.record.fail(f"import ended with {status}: {words[-1500:]}")
        self.record.note(f"import ended with {status}: {last}")
        return f"status {status}"

    def export(self):
        target = self.folder.parent / f"export-{next(self.tokens)}"
        began = time.monotonic()
        status, words = self._run("export_articles", str(target))
        if status and not self.record.is_during_outage(began, time.monotonic()):
            self.record.fail(f"export ended with {status}: {words[-1500:]}")
        return f"status {status}" if status else None

    def work_on_exports(self, until, pause):
        while time.monotonic() < until:
            rest(until, pause)
            attempt(self.record, "export", self.export)

    def _run(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(  # noqa: S603 -- our own command
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stderr
