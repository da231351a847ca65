"""Staged imports, as the import screen creates them, and their jobs."""

import zipfile

from blog import jobs
from blog.models import StagedImport
from tests.support.jobs import run_jobs


def stage(folder=None, *, data=None, name="posts.zip", **fields) -> StagedImport:
    """Create a staged import of a zip file: of a folder, or with `data` as its bytes."""
    fields = {"state": "received", "source_name": name.removesuffix(".zip"), "name": name, "size": 1} | fields
    staged = StagedImport.objects.create(manifest=[[name, 1]], **fields)
    staged.folder.mkdir(parents=True)
    if data is None:
        zip_folder(folder, staged.folder / "archive.zip")
    else:
        (staged.folder / "archive.zip").write_bytes(data)
    return staged


def zip_folder(folder, archive):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            file.write(path, path.relative_to(folder))


def run_dry_run_job(staged):
    """Run the dry run, refresh the staged import, and return the job."""
    return run("import_check", staged)


def run_import_job(staged):
    """Run the import, refresh the staged import, and return the job."""
    return run("import", staged)


def run(kind, staged):
    jobs.start(kind, staged_import=staged.pk)
    [job] = run_jobs()
    staged.refresh_from_db()
    return job
