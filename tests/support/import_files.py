"""Write files, import them and read the outcomes."""

import json

from blog.imports.report import ImportOptions
from blog.imports.run import import_articles


def write(folder, name="tides.md", body="Water comes and goes.\n", **keys):
    keys = {"title": "Tides", "date": "2026-03-01T10:00:00.000Z", "slug": "tides"} | keys
    lines = [f"{key}: {json.dumps(value)}\n" for key, value in keys.items() if value is not None]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n" + "".join(lines) + "---\n\n" + body)
    return path


def run(*paths, **options):
    reports = []
    import_articles(paths, ImportOptions(**options), on_file=reports.append)
    return reports


def outcomes(reports):
    return [str(report.outcome) for report in reports]
