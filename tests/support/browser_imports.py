"""Requests of a browser to the import screen."""

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
    """Announce the (path, size) of each file like the script."""
    return client.post(IMPORT, {"who": "file", "manifest": json.dumps(files)} | fields)


def send(client, staged, data, offset=0):
    url = f"{part_of(staged)}?offset={offset}"
    return client.post(url, data, content_type="application/octet-stream")


def upload_files(client, data, name="posts.zip", **fields) -> StagedImport:
    """Upload a file like the script, and start the job of its dry run."""
    announce(client, (name, len(data)), **fields)
    staged = StagedImport.objects.get()
    send(client, staged, data)
    client.post(page_of(staged), {"_check": "1"})
    staged.refresh_from_db()
    return staged


def upload_without_script(client, *files, **fields):
    """Upload the (name, bytes) of each file like a browser without JavaScript."""
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(IMPORT, {"who": "file", "files": uploads} | fields)
