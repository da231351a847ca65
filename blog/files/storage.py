"""Storage of files that are named by their content: an existing name is the same file."""

from pathlib import Path

from django.core.files.storage import FileSystemStorage

from blog.files.atomic import write_atomically
from blog.files.modes import make_folder


class FolderStorage(FileSystemStorage):
    """Storage in a folder. Writes are atomic."""

    def get_available_name(self, name, max_length=None):
        return name

    def _save(self, name, content):
        path = Path(self.path(name))
        if not path.exists():
            make_folder(path.parent, self.directory_permissions_mode)
            write_atomically(path, content.chunks(), mode=self.file_permissions_mode, durable=True)
        return name
