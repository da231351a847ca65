"""What each role may do with sources: rows for tests/support/permission_tables.py."""

from blog.extensions.sources.models import ArticleSource, Source
from blog.imports.models import ImportRun
from tests.support.admin_pages import create_article

ADDRESSES = """
sources_list                             login/login  403/405   200/405   200/405   200/405
sources_check_all                        login/login  405/403   405/403   405/302   405/302
sources_settings                         login/login  403/403   200/403   200/200   200/200
sources_forget                           login/login  403/403   403/403   200/302   200/302
sources_article                          login/login  403/405   200/405   200/405   200/405
sources_look                             login/login  405/403   405/403   405/404   405/404
sources_answer                           login/login  405/403   405/403   405/302   405/302
sources_confirm                          login/login  403/403   403/403   200/302   200/302
sources_confirm_import                   login/login  403/403   403/403   200/302   200/302
sources_state                            login/login  403/405   200/405   200/405   200/405
sources_check                            login/login  405/403   405/403   405/302   405/302
sources_replace                          login/login  403/403   403/403   200/200   200/200
sources_moved                            login/login  403/403   403/403   200/200   200/200
sources_ignore                           login/login  403/403   403/403   200/200   200/200
sources_end_ignoring                     login/login  405/403   405/403   405/302   405/302
"""

ACTIONS = ""


def rows():
    article = create_article()
    source = Source.objects.create(address="https://museum.example.org/")
    ArticleSource.objects.create(
        article=article, source=source, place="text", number=0, written=source.address
    )
    run = ImportRun.objects.create(source_name="sources", root="/sources")
    return {"sources/<int:pk>": source, "sources/article": article, "sources/import": run}
