"""A server with an empty database, which the tests of this folder share."""

import shutil

import pytest

from tests.support.servers import basic_environment, running_server


@pytest.fixture(scope="package")
def folder(migrated_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(migrated_data, folder / "data")
    return folder


@pytest.fixture(scope="package")
def server(folder):
    with running_server(basic_environment(folder), folder) as server:
        yield server
