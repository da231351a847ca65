"""Who reads the code of a page need not read all of Galley: its view imports few other modules."""

import grimp
import pytest


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("blog", "site_config", exclude_type_checking_imports=True, cache_dir=None)


@pytest.mark.parametrize(
    ("module", "most"),
    [
        ("blog.reader.views.articles", 150),
        ("blog.reader.views.home", 150),
        ("blog.desk.articles.admin", 260),
    ],
)
def test_a_page_needs_few_modules(module, most, graph):
    assert len(graph.find_upstream_modules(module)) < most
