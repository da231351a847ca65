import pytest

from tests.extensions.git_source.repositories import Upstream


@pytest.fixture
def data(tmp_path, settings):
    """A data folder of its own, with the key, the token and the copy of the repository."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def upstream(tmp_path, settings, data):
    """A repository that is named by GALLEY_IMPORT_REPOSITORY."""
    upstream = Upstream(tmp_path)
    settings.IMPORT_REPOSITORY = upstream.place()
    return upstream
