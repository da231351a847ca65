"""The kinds of pages. All browser tests, bin/screenshots and bin/check-html use this list."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class PageKind:
    """An example of a kind of page. preparing.py supplies the variables in braces in its path."""

    name: str
    path: str
    status: int = 200
    is_for_editors: bool = False
    is_for_administrators: bool = False


READERS_KINDS = [
    PageKind("home", "/"),
    PageKind("article", "/articles/the-river-that-cannot-keep-straight/"),
    PageKind("article-corrected", "/articles/the-rectangle-that-halves-itself/"),
    PageKind("article-nobody-has-checked", "/articles/the-sea-under-the-field/"),
    PageKind("article-with-everything", "/articles/everything-at-once/"),
    PageKind("article-in-german", "/articles/sechseinhalb-quadratmeter/"),
    PageKind("article-from-right-to-left", "/articles/from-right-to-left/"),
    PageKind("article-without-a-picture", "/articles/without-a-picture/"),
    PageKind("article-in-preview", "/preview/{preview}/"),
    PageKind("category", "/categories/design/"),
    PageKind("category-of-few", "/categories/rivers/"),
    PageKind("category-index", "/categories/"),
    PageKind("category-letter", "/categories/a-z/D/"),
    PageKind("archive", "/archive/"),
    PageKind("archive-year", "/archive/2026/"),
    PageKind("archive-month", "/archive/2026/09/"),
    PageKind("author", "/authors/maren-holloway/"),
    PageKind("author-index", "/authors/"),
    PageKind("plain-page", "/about/"),
    PageKind("corrections", "/corrections/"),
    PageKind("search", "/search/"),
    PageKind("search-with-hits", "/search/?q=the+river"),
    PageKind("search-narrowed", "/search/?q=paper&topic=design&from=2026"),
    PageKind("search-without-hits", "/search/?q=zyzzyva"),
    PageKind("search-misspelt", "/search/?q=rivr"),
    PageKind("not-found", "/no/such/page/", status=404),
    PageKind("gone", "/gone/", status=410),
]
EDITORS_KINDS = [
    PageKind("admin-log-in", "/admin/login/"),
    *(
        PageKind(f"admin-{name}", f"/admin/{path}", is_for_editors=True)
        for name, path in {
            "home": "",
            "account": "account/",
            "security": "security/",
            "log": "activity/",
            "people": "people/",
            "people-taken-out": "people/?answer=invented",
            "people-real": "people/?answer=real",
            "labels": "labels/",
            "labels-narrowed": "labels/?duty=label&reviewer=Mara+Lindqvist",
            "jobs": "jobs/",
            "log-of-an-article": "activity/?article={long_article}",
            "articles": "blog/article/",
            "articles-to-check": "blog/article/?state=check",
            "articles-submitted": "blog/article/?submitted=yes",
            "article-to-submit": "blog/article/{waiting}/submit/",
            "article-to-return": "blog/article/{long_submitted}/return/",
            "article-history": "blog/article/{revised}/history/?version=3",
            "article-history-long": "blog/article/{long_article}/history/",
            "proof": "blog/article/{quoted}/proof/",
            "proof-each-kind": "blog/article/{quoted}/proof/?mark=1&each=1",
            "proof-clean": "blog/article/{fog}/proof/",
            "article-new": "blog/article/{waiting}/change/",
            "article-to-add": "blog/article/add/",
            "article-published": "blog/article/{everything}/change/",
            "article-corrections": "blog/article/{everything}/corrections/",
            "schedule": "blog/article/schedule/?article={waiting}",
            "undo": "blog/article/undo/",
            "categories": "blog/category/",
            "category": "blog/category/{long_category}/change/",
            "category-in-use": "blog/category/{long_category}/delete/",
            "categories-to-merge": "blog/category/{long_category}/merge/?into={unused}",
            "category-not-in-use": "blog/category/{unused}/delete/",
            "author": "blog/author/{author}/change/",
            "import-files": "import/",
            "import-checked": "import/{staged}/",
            "import-of-a-file": "import/{staged}/1/",
            "import-arriving": "import/{arriving}/",
            "imports": "blog/importrun/",
            "import": "blog/importrun/{batch}/change/",
            "pictures-to-describe": "blog/article/describe/?scope=batch:{batch}",
            "held-updates": "blog/heldupdate/",
            "held-update": "blog/heldupdate/{held}/change/",
            "pages": "blog/page/",
            "page": "blog/page/{about}/change/",
            "site-identity": "blog/siteidentity/1/change/",
            "appearance": "appearance/",
        }.items()
    ),
    PageKind("admin-user", "/admin/auth/user/{editor}/change/", is_for_administrators=True),
    PageKind("git", "/admin/git_source/", is_for_administrators=True),
    PageKind("sources", "/admin/sources/", is_for_editors=True),
    PageKind("sources-settings", "/admin/sources/settings/", is_for_administrators=True),
    PageKind("tokens", "/admin/api/", is_for_administrators=True),
    PageKind("token-new", "/admin/api/new/", is_for_administrators=True),
    PageKind("git-to-disconnect", "/admin/git_source/?ask=disconnect", is_for_administrators=True),
    PageKind("admin-who-needs-a-second-step", "/admin/second-step/", is_for_administrators=True),
]
# One page for each layout of readers' pages, for tests of features that all pages have.
READER_PAGE_KINDS = [
    kind
    for kind in READERS_KINDS
    if kind.name
    in {"home", "article-with-everything", "category", "plain-page", "search-narrowed", "not-found"}
]
PAGE_KINDS = READERS_KINDS + EDITORS_KINDS


def each_of(kinds):
    return pytest.mark.parametrize("kind", kinds, ids=lambda kind: kind.name)
