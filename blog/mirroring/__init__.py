"""Pictures of other sites, fetched and shown from here. Files and exports keep the addresses they had."""

from blog.mirroring.fetching import Fetcher, FetchError, Limits
from blog.mirroring.reports import MirrorReport, Outcome, PictureReport, report_line
from blog.mirroring.running import MirroringError, mirror_images
from blog.mirroring.site import site_fetcher

__all__ = [
    "FetchError",
    "Fetcher",
    "Limits",
    "MirrorReport",
    "MirroringError",
    "Outcome",
    "PictureReport",
    "mirror_images",
    "report_line",
    "site_fetcher",
]
