"""Articles that programs send: what is stored, what is answered, and what no token can do."""

import json
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from blog.articles.changes import changing
from blog.extensions.api.models import Answer, Intake, Token
from blog.models import Article, HeldUpdate, ImportEntry, ImportRun
from blog.review.models import Person
from tests.extensions.api.conftest import TEXT
from tests.support.changes import publish, trash
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db


def problem(response, status):
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body = json.loads(response.content)
    assert body["status"] == status
    return body["detail"]


class TestOutcomes:
    def test_a_new_file_is_created_and_waits_for_review(self, pipeline):
        response = pipeline.send()

        article = Article.objects.get()
        body = response.json()
        assert (response.status_code, body["outcome"]) == (201, "created")
        assert body["proof"] == f"https://blog.example/admin/blog/article/{article.pk}/proof/"
        assert body["address"] == "https://blog.example/articles/ice-for-calcutta/"
        assert response["Location"] == "https://blog.example/api/v1/articles/ice.md"
        assert article.status == Article.Status.NEW

    def test_a_changed_file_updates_its_article(self, pipeline):
        pipeline.send()
        response = pipeline.send(TEXT.replace("85", "86"))

        assert (response.status_code, response.json()["outcome"]) == (200, "updated")
        assert "86 percent" in Article.objects.get().body

    def test_the_same_file_is_unchanged(self, pipeline):
        pipeline.send()
        response = pipeline.send()

        assert (response.status_code, response.json()["outcome"]) == (200, "unchanged")
        assert response.json()["marks"]

    def test_a_file_of_a_published_article_is_held(self, pipeline):
        pipeline.send()
        publish(Article.objects.all())
        response = pipeline.send(TEXT.replace("85", "86"))

        assert (response.status_code, response.json()["outcome"]) == (202, "held")
        assert response.json()["detail"] == "The article is published: the file waits as a held update."
        assert HeldUpdate.objects.waiting().count() == 1
        assert "85 percent" in Article.objects.get().body

    def test_only_a_token_that_may_update_withdraws_a_held_file(self, pipeline):
        pipeline.send()
        publish(Article.objects.all())
        pipeline.send(TEXT.replace("85", "86"))
        Token.objects.update(rights="create")
        assert problem(pipeline.send(), 403)
        assert HeldUpdate.objects.waiting().count() == 1
        Token.objects.update(rights="update")
        assert pipeline.send().json()["outcome"] == "unchanged"
        assert not HeldUpdate.objects.exists()

    def test_a_conflict_names_the_field_that_both_changed(self, pipeline):
        pipeline.send()
        article = Article.objects.get()
        with changing([article]) as change:
            article.title = "Ice"
            change.save(article)
        response = pipeline.send(TEXT.replace("Ice for Calcutta", "Ice for India"))

        assert "title" in problem(response, 409)
        assert Article.objects.get().title == "Ice"

    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("---\ntitle: [\n---\n\nText.\n", True, "Line 3: "),
            (" ", False, "empty"),
            ("\0\1\2\3\4\5\6\7\0\1\2\3", False, "binary"),
        ],
    )
    def test_a_bad_file_is_refused_with_the_reason_of_the_importer(self, pipeline, text, line, words):
        response = pipeline.send(text)

        assert words in problem(response, 422)
        assert (response.json()["line"] is not None) == line
        assert ImportRun.objects.get().rejected == 1

    def test_a_file_of_an_article_in_the_trash_is_refused(self, pipeline):
        pipeline.send()
        trash(Article.objects.all())

        assert "in the trash" in problem(pipeline.send(TEXT + "More.\n"), 422)

    def test_a_file_that_asks_to_be_published_arrives_as_new(self, pipeline):
        response = pipeline.send(TEXT.replace("category", "status: published\ncategory"))

        assert Article.objects.get().status == Article.Status.NEW
        assert "asks to be published" in response.json()["warnings"][0]["message"]
        assert "asks to be published" in ImportEntry.objects.get().warnings[0]

    def test_who_wrote_it_is_what_the_token_states(self, program):
        program("create", written_by="machine=Claude").send()

        assert str(Article.objects.get().written_by) == "machine=Claude"

    def test_a_text_without_category_gets_that_of_the_token(self, pipeline):
        pipeline.send(TEXT.replace("category: Trade\n", ""))

        assert Article.objects.get().primary_category.name == "Latest"

    def test_without_such_a_category_it_is_refused(self, program):
        response = program("create", category=None).send(TEXT.replace("category: Trade\n", ""))

        assert "names no category: add one" in problem(response, 422)


class TestDryRun:
    def test_it_stores_nothing(self, pipeline):
        before = set(pipeline.token._meta.apps.get_models())
        response = pipeline.send(dry_run=1)

        assert (response.status_code, response.json()["outcome"]) == (200, "created")
        assert response.json()["marks"]
        assert before
        for model in (Article, ImportRun, ImportEntry, Intake, Person):
            assert not model.objects.exists(), model

    def test_another_value_is_refused(self, pipeline):
        assert problem(pipeline.send(dry_run="yes"), 400) == "dry-run must be 1 or 0."


class TestMarks:
    def marks(self, program, text=TEXT, **query):
        return {mark["kind"]: mark for mark in program.send(text, **query).json()["marks"]}

    def test_places_are_those_in_the_text_that_was_sent(self, pipeline):
        quotation = self.marks(pipeline, dry_run=1)["quotation"]

        assert TEXT[quotation["start"] : quotation["end"]] == quotation["sentence"]
        assert quotation["line"] == 10
        assert quotation["level"] == "red"
        assert "“Nobody believed that ice could cross the tropics,”" in quotation["sentence"]

    def test_also_with_line_ends_of_windows(self, pipeline):
        text = TEXT.replace("\n", "\r\n")
        quotation = self.marks(pipeline, text, dry_run=1)["quotation"]

        assert (
            "Nobody believed that ice could cross the tropics" in text[quotation["start"] : quotation["end"]]
        )
        assert quotation["line"] == 10

    def test_numbers_are_blue_and_placeholders_amber(self, pipeline):
        marks = self.marks(pipeline, TEXT + "\n[INSERT NAME HERE]\n", dry_run=1)

        assert marks["figure"]["level"] == "blue"
        assert marks["placeholder"]["level"] == "amber"

    def test_findings_of_extensions_are_among_them(self, pipeline):
        pipeline.send()
        article = Article.objects.get()
        start = article.body.index("85 percent")
        place = {"start": start, "end": start + 10, "words": "85 percent"}
        article.findings.create(kind="sources.not_there", is_serious=True, **place)
        mark = self.marks(pipeline)["sources.not_there"]

        assert (mark["level"], mark["line"]) == ("amber", 8)
        assert TEXT[mark["start"] : mark["end"]] == "85 percent"
        assert "sources.not_there" not in self.marks(pipeline, TEXT.replace("85", "86"))

    def test_a_person_whom_an_editor_has_confirmed_is_not_red(self, pipeline):
        pipeline.send()
        Person.objects.update(decision="real")

        assert self.marks(pipeline)["quotation"]["level"] == "blue"

    def test_an_html_file_has_marks_without_places(self, pipeline):
        html = "<title>Ice</title><meta name=category content=x><p>In 1833, 85 percent arrived.</p>"
        response = pipeline.send(html, path="posts/ice.html", content_type="text/html", dry_run=1)

        assert [mark["line"] for mark in response.json()["marks"] if mark["kind"] == "figure"] == [None]


class TestFilesOfATextTogether:
    def send(self, program, path="travel/ice.md", **files):
        text = TEXT + "\n![Ice](img/ice.png)\n\n[List](list.csv)\n"
        parts = {"article": SimpleUploadedFile("ice.md", text.encode()), **files}
        return program.client.post(
            "/api/v1/articles", parts, query_params={"path": path}, headers=program.headers
        )

    def test_pictures_and_linked_files_are_named_by_their_path(self, pipeline):
        files = {
            "img/ice.png": SimpleUploadedFile("x", image_bytes()),
            "list.csv": SimpleUploadedFile("y", b"a,b\n"),
        }
        response = self.send(pipeline, **files)

        article = Article.objects.get()
        assert (response.status_code, response.json()["warnings"]) == (201, [])
        assert article.body_images.count() == 1
        assert article.linked_files.count() == 1

    def test_a_missing_picture_is_a_warning(self, pipeline):
        kinds = [warning["kind"] for warning in self.send(pipeline).json()["warnings"]]

        assert "image_not_shown" in kinds

    @pytest.mark.parametrize("name", ["../../x.png", "x/../../../y.png", "a\\b.png", "x.exe", "/"])
    def test_a_path_that_leads_outside_or_of_another_kind_is_refused(self, pipeline, name):
        assert problem(self.send(pipeline, **{name: SimpleUploadedFile("x", b"x")}), 422)
        assert not Article.objects.exists()

    def test_without_the_text_it_is_refused(self, pipeline):
        response = pipeline.client.post(
            "/api/v1/articles?path=a.md",
            {"x.png": SimpleUploadedFile("x", b"x")},
            headers=pipeline.headers,
        )

        assert "article" in problem(response, 400)


class TestRequests:
    @pytest.mark.parametrize("path", ["../x.md", "/etc/x.md", "a//b.md", "a\\b.md", "x" * 300 + ".md"])
    def test_bad_paths_are_refused(self, pipeline, path):
        assert "Rename the file" in problem(pipeline.send(path=path), 422)

    def test_other_formats_are_refused(self, pipeline):
        assert problem(pipeline.send(path="x.docx"), 422)
        assert "text/markdown" in problem(pipeline.send(content_type="application/json"), 415)
        assert problem(pipeline.send(path=""), 400)

    def test_a_file_beyond_the_limit_is_refused(self, pipeline):
        assert "larger than 2 MB" in problem(pipeline.send("x" * (2 * 1024 * 1024 + 1)), 413)

    def test_other_methods_are_refused(self, pipeline):
        response = pipeline.client.delete("/api/v1/articles/ice.md", headers=pipeline.headers)

        assert problem(response, 405) == "This URL takes GET."
        assert response["Allow"] == "GET"

    @pytest.mark.parametrize("path", ["nothing", "articles/a%0Ab.md", "imports/x"])
    def test_an_unknown_url_is_a_problem(self, pipeline, path):
        assert problem(pipeline.get(f"/api/v1/{path}"), 404)

    @pytest.mark.both_databases
    @pytest.mark.parametrize("path", ["articles/a%00.md", "articles/a%FF.md", "articles/%ED%A0%80"])
    def test_an_odd_path_is_no_error_of_the_server(self, pipeline, path):
        assert problem(pipeline.get(f"/api/v1/{path}"), 404)

    def test_answers_are_not_cached(self, pipeline):
        assert pipeline.send()["Cache-Control"] == "no-store"


@pytest.mark.both_databases
class TestIdempotency:
    def test_a_repeated_request_is_answered_the_same(self, pipeline):
        first = pipeline.send(headers={"idempotency-key": "k1"})
        second = pipeline.send(headers={"idempotency-key": "k1"})

        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert (second["Idempotency-Replayed"], ImportRun.objects.get().created) == ("true", 1)
        assert ImportEntry.objects.count() == 1

    def test_a_key_is_for_one_request(self, pipeline):
        pipeline.send(headers={"idempotency-key": "k1"})
        response = pipeline.send(TEXT + "x", headers={"idempotency-key": "k1"})

        assert "belongs to another request" in problem(response, 422)

    @pytest.mark.parametrize("key", ["", "two words", "x" * 256, "é"])
    def test_a_key_that_cannot_be_kept_is_refused(self, pipeline, key):
        assert "Idempotency-Key" in problem(pipeline.send(headers={"idempotency-key": key}), 400)
        assert not Article.objects.exists()

    def test_a_refusal_is_repeated_too(self, pipeline):
        statuses = [pipeline.send(" ", headers={"idempotency-key": "k1"}).status_code for _ in range(2)]

        assert (statuses, ImportRun.objects.get().rejected) == ([422, 422], 1)

    def test_while_the_first_is_answered_the_second_waits(self, pipeline):
        pipeline.send(headers={"idempotency-key": "k1"})
        Answer.objects.update(status=None)

        assert problem(pipeline.send(headers={"idempotency-key": "k1"}), 409)

    def test_other_tokens_have_keys_of_their_own(self, pipeline, program):
        pipeline.send(headers={"idempotency-key": "k1"})
        other = program("create", name="other").send(TEXT + "x", headers={"idempotency-key": "k1"})

        assert other.status_code == 201


class TestStates:
    def test_of_one_article(self, pipeline):
        pipeline.send()
        state = pipeline.get("/api/v1/articles/ice.md").json()

        assert state["state"] == "draft"
        assert state["approval"] == "none"
        assert state["marks_left"]["red"] == 1
        assert state["digest"] == Article.objects.get().words_digest
        assert state["address"] is None

    def test_of_a_published_one(self, pipeline):
        pipeline.send()
        publish(Article.objects.all())

        state = pipeline.get("/api/v1/articles/ice.md").json()
        assert (state["state"], state["address"]) == (
            "published",
            "https://blog.example/articles/ice-for-calcutta/",
        )

    def test_of_all_in_pages(self, pipeline, monkeypatch):
        monkeypatch.setattr("blog.extensions.api.articles.PAGE", 2)
        for number in range(5):
            pipeline.send(TEXT.replace("ice-for", f"n{number}"), path=f"d/{number}.md")
        found, address = [], "/api/v1/articles?path=d/"
        while address:
            page = pipeline.client.get(address, headers=pipeline.headers).json()
            found += [article["path"] for article in page["articles"]]
            address = page["next"]

        assert found == [f"d/{number}.md" for number in range(5)]

    def test_filters(self, pipeline):
        pipeline.send()
        pipeline.send(TEXT.replace("ice-for", "x"), path="d/x.md")
        publish(Article.objects.filter(slug="ice-for-calcutta"))
        run = ImportRun.objects.get().pk

        def paths(**query):
            return [each["path"] for each in pipeline.get("/api/v1/articles", **query).json()["articles"]]

        assert paths() == ["ice.md", "d/x.md"]
        assert paths(state="published") == ["ice.md"]
        assert paths(**{"import": run}) == ["ice.md", "d/x.md"]
        assert paths(**{"import": run + 1}) == []
        assert paths(path="d/") == ["d/x.md"]

    @pytest.mark.parametrize(
        "query", [{"state": "x"}, {"state": ""}, {"import": "x"}, {"cursor": "-1"}, {"cursor": "9" * 30}]
    )
    def test_wrong_filters_are_refused(self, pipeline, query):
        assert problem(pipeline.get("/api/v1/articles", **query), 400)

    def test_a_token_sees_only_what_came_by_its_name(self, pipeline, program):
        pipeline.send()
        other = program("read", name="other")

        assert other.get("/api/v1/articles").json()["articles"] == []
        assert "has sent no file" in problem(other.get("/api/v1/articles/ice.md"), 404)


class TestZips:
    def zipped(self, **files):
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, text in files.items():
                archive.writestr(f"{name}.md", text)
        return target.getvalue()

    def post(self, program, data, key=None, **query):
        headers = program.headers | ({"idempotency-key": key} if key else {})
        return program.client.post(
            "/api/v1/imports", data, "application/zip", query_params=query, headers=headers
        )

    def test_a_job_imports_it_and_tells_the_counts(self, pipeline, run_jobs):
        response = self.post(pipeline, self.zipped(a=TEXT, b=TEXT.replace("ice-for", "b")))
        assert response.status_code == 202
        run_jobs()

        body = pipeline.get(response.json()["job"]).json()
        assert (body["state"], body["counts"]["created"]) == ("done", 2)
        run = ImportRun.objects.get()
        assert (run.way, run.source_name) == ("token", "nightly")
        assert body["import"].endswith(f"/{run.pk}/change/")

    def test_a_dry_run_stores_no_article(self, pipeline, run_jobs):
        response = self.post(pipeline, self.zipped(a=TEXT), **{"dry-run": "1"})
        run_jobs()

        body = pipeline.get(response.json()["job"]).json()
        assert (body["state"], body["counts"]["created"], body["dry_run"]) == ("done", 1, True)
        assert not Article.objects.exists()

    def test_a_key_is_for_one_zip_not_for_another_of_its_size(self, pipeline, run_jobs):
        first, again = (self.post(pipeline, self.zipped(a=TEXT), "k1") for _ in range(2))
        other = self.post(pipeline, self.zipped(a=TEXT.replace("85", "86")), "k1")
        run_jobs()

        assert first.content == again.content
        assert "belongs to another request" in problem(other, 422)
        assert Article.objects.count() == 1

    def test_what_is_no_zip_is_refused(self, pipeline):
        assert "not a zip file" in problem(self.post(pipeline, b"hello"), 422)

    def test_its_articles_count_against_the_limit(self, program):
        sender = program("create", "update", hourly_limit=1)
        response = self.post(sender, self.zipped(a=TEXT, b=TEXT))

        assert "1 articles an hour are allowed" in problem(response, 429)

    def test_other_tokens_do_not_see_its_job(self, pipeline, program):
        response = self.post(pipeline, self.zipped(a=TEXT))

        assert problem(program("read", name="other").get(response.json()["job"]), 404)
