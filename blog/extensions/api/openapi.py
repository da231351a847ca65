"""The description of the API in OpenAPI 3.1, which also is the source of the page for people."""

from blog.articles.queue import QueueState
from blog.extensions.api.problems import CONTENT_TYPE, UNKNOWN_TOKEN
from blog.imports.models import ImportRun
from blog.site.addresses import absolute

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_NUMBER = {"type": "integer", "minimum": 0}
_NUMBER_OR_NULL = {"type": ["integer", "null"]}
_OUTCOMES = {"type": "string", "enum": list(ImportRun.OUTCOMES)}
_MARK = {
    "kind": _TEXT,
    "level": {"type": "string", "enum": ["red", "amber", "blue"]},
    "name": _TEXT,
    "message": _TEXT,
    "sentence": _TEXT,
    "line": _NUMBER_OR_NULL,
    "start": _NUMBER_OR_NULL,
    "end": _NUMBER_OR_NULL,
}
_LEFT = {"type": ["object", "null"], "properties": {"red": _NUMBER, "amber": _NUMBER, "blue": _NUMBER}}


def _object(properties, required=None) -> dict:
    return {"type": "object", "properties": properties, "required": required or list(properties)}


def _ref(name) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


_SENT = {
    "outcome": _OUTCOMES,
    "path": _TEXT,
    "address": _TEXT_OR_NULL,
    "proof": _TEXT_OR_NULL,
    "import": _TEXT_OR_NULL,
    "dry_run": {"type": "boolean"},
    "warnings": {
        "type": "array",
        "items": _object({"kind": _TEXT, "message": _TEXT, "line": _NUMBER_OR_NULL}),
    },
    "marks": {"type": "array", "items": _ref("Mark")},
}
_STATE = {
    "path": _TEXT,
    "title": _TEXT,
    "state": {"type": "string", "enum": QueueState.values},
    "approval": {"type": "string", "enum": ["none", "valid", "stale"]},
    "marks_left": _LEFT,
    "digest": _TEXT,
    "address": _TEXT_OR_NULL,
    "proof": _TEXT,
}
_PROBLEM = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}
SCHEMAS = {
    "Mark": _object(_MARK),
    "Sent": _object(_SENT | {"detail": _TEXT}, list(_SENT)),
    "State": _object(_STATE),
    "States": _object({"articles": {"type": "array", "items": _ref("State")}, "next": _TEXT_OR_NULL}),
    "Accepted": _object({"job": _TEXT, "state": _TEXT}),
    "Job": _object(
        {
            "state": _TEXT,
            "reason": _TEXT,
            "dry_run": {"type": "boolean"},
            "done": _NUMBER,
            "total": _NUMBER,
            "counts": _object(dict.fromkeys(ImportRun.OUTCOMES, _NUMBER)),
            "import": _TEXT_OR_NULL,
        }
    ),
    "Problem": _object(_PROBLEM | {"outcome": _OUTCOMES, "line": _NUMBER_OR_NULL}, list(_PROBLEM)),
}
PROBLEMS = {
    400: "A parameter or a part of the request is missing or not understood.",
    401: UNKNOWN_TOKEN,
    403: "The token may not do this, or not from this IP address.",
    404: "There is nothing here that this token has sent.",
    405: "The URL takes another method.",
    409: "The file and an editor have both changed the article: the sentence says which fields.",
    413: "The file or the request is too large.",
    415: "The type of the content is none that the URL takes.",
    422: "The file was refused: the sentence gives the line and the reason.",
    429: "The limit of the hour is reached: Retry-After says how many seconds to wait.",
    503: "Galley is busy: Retry-After says how many seconds to wait.",
}
_BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
_DRY_RUN = {
    "name": "dry-run",
    "in": "query",
    "description": "1: say what would happen, and store nothing.",
    "schema": {"type": "string", "enum": ["0", "1"]},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "For a day, the same request with the same key gets the same answer.",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
}


def _query(name, description, **schema) -> dict:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _answers(problems, **answers) -> dict:
    good = {
        status.removeprefix("s"): {
            "description": description,
            "content": {"application/json": {"schema": _ref(schema)}},
        }
        for status, (description, schema) in answers.items()
    }
    bad = {
        str(status): {
            "description": PROBLEMS[status],
            "content": {CONTENT_TYPE: {"schema": _ref("Problem")}},
        }
        for status in sorted({401, 403, 405, 429, 503, *problems})
    }
    return good | bad


def _post_article() -> dict:
    texts = {kind: {"schema": _TEXT} for kind in ("text/markdown", "text/html", "text/plain")}
    parts = {
        "type": "object",
        "properties": {"article": _BINARY},
        "required": ["article"],
        "additionalProperties": _BINARY,
    }
    return {
        "operationId": "sendArticle",
        "summary": "Send an article",
        "description": (
            "As text, or as multipart/form-data: the part “article” has the text, and each other part an "
            "image or linked file, under its path as the text names it."
        ),
        "parameters": [
            _query(
                "path",
                "Path of the file in its source, such as travel/lisbon.md.",
                type="string",
                minLength=1,
            )
            | {"required": True},
            _DRY_RUN,
            _KEY,
        ],
        "requestBody": {"required": True, "content": texts | {"multipart/form-data": {"schema": parts}}},
        "responses": _answers(
            {400, 409, 413, 415, 422},
            s200=("Updated or unchanged, or what a dry run found.", "Sent"),
            s201=("A new article.", "Sent"),
            s202=("The article is published: the file waits as a held update.", "Sent"),
        ),
    }


def _get_articles() -> dict:
    return {
        "operationId": "listArticles",
        "summary": "States of the token's articles",
        "parameters": [
            _query("state", "Only articles in this state.", type="string", enum=QueueState.values),
            _query("import", "Only articles of the import with this number.", type="integer", minimum=0),
            _query("path", "Only files whose path begins like this.", type="string"),
            _query(
                "cursor",
                "Only articles after this one; part of the URL in “next”.",
                type="integer",
                minimum=0,
            ),
        ],
        "responses": _answers({400}, s200=("At most 100 articles, and the URL of the next ones.", "States")),
    }


def _post_import() -> dict:
    return {
        "operationId": "sendZip",
        "summary": "Send a folder as a zip file",
        "parameters": [_DRY_RUN, _KEY],
        "requestBody": {"required": True, "content": {"application/zip": {"schema": _BINARY}}},
        "responses": _answers(
            {400, 409, 413, 415, 422}, s202=("A job imports it: ask at its URL how far it is.", "Accepted")
        ),
    }


def _of_path(name, schema) -> dict:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"} | schema}


def document() -> dict:
    """Return the description of the API."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Galley", "version": "1", "description": "Send articles to Galley."},
        "servers": [{"url": absolute("/api/v1").removesuffix("/")}],
        "security": [{"token": []}],
        "paths": {
            "/articles": {"post": _post_article(), "get": _get_articles()},
            "/articles/{path}": {
                "get": {
                    "operationId": "getArticle",
                    "summary": "State of one article",
                    "parameters": [_of_path("path", {"minLength": 1})],
                    "responses": _answers({404}, s200=("The state of the article.", "State")),
                }
            },
            "/imports": {"post": _post_import()},
            "/imports/{id}": {
                "get": {
                    "operationId": "getImport",
                    "summary": "How far the import of a zip file is",
                    "parameters": [_of_path("id", {"format": "uuid"})],
                    "responses": _answers({404}, s200=("The job, with the numbers of files.", "Job")),
                }
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
