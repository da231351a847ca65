"""What a browser sends to the import page, and what the page shows, for tests."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from blog.models import StagedImport

IMPORT = reverse("admin:import")


def part_of(staged):
    return reverse("admin:import_part", args=[staged.uid])


def page_of(staged):
    return reverse("admin:import_page", args=[staged.uid])


def announce(client, *files, **fields):
    """Announce (path, size) of each file, as the script does."""
    return client.post(IMPORT, {"who": "file", "manifest": json.dumps(files)} | fields)


def send(client, staged, data, offset=0):
    url = f"{part_of(staged)}?offset={offset}"
    return client.post(url, data, content_type="application/octet-stream")


def upload_files(client, data, name="posts.zip", **fields) -> StagedImport:
    """Bring a file as the script does, up to its dry run, which is a job."""
    announce(client, (name, len(data)), **fields)
    staged = StagedImport.objects.get()
    send(client, staged, data)
    client.post(page_of(staged), {"_check": "1"})
    staged.refresh_from_db()
    return staged


def upload_without_script(client, *files, **fields):
    """Bring (name, bytes) of each file as a browser without script does."""
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(IMPORT, {"who": "file", "files": uploads} | fields)
