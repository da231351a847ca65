"""The storage of collected static files: a web server under another user can read compressed ones, too."""

import os

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from blog.files.modes import SERVED_FILE


class ServedCompressor(Compressor):
    """WhiteNoise's compressor, which leaves permissions to the umask, with explicit permissions."""

    def write_data(self, path, data, suffix, stat_result):
        name = super().write_data(path, data, suffix, stat_result)
        os.chmod(name, SERVED_FILE)
        return name


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    def create_compressor(self, **options):
        return ServedCompressor(**options)
