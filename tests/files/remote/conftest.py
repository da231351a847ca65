import pytest

from tests.support.picture_server import picture_server


@pytest.fixture
def server():
    with picture_server() as server:
        yield server
