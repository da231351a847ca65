"""Maximum sizes of files and texts that are imported, uploaded or typed.

Limits of images in pixels and frames are in blog/sandbox/images.py, of requests in
site_config/request_limits.py.
"""

from blog.documents.limits import MEGABYTE

MAX_IMAGE_BYTES = 25 * MEGABYTE
MAX_CSV_BYTES = 10 * MEGABYTE  # of a list of redirects
MAX_CSV_LINES = 50_000  # each address is looked up, which takes some seconds in all
MAX_IMPORT_BYTES = 200 * MEGABYTE  # of the files that are brought at once to be imported
MAX_IMPORT_BYTES_OF_USER = 2 * MAX_IMPORT_BYTES  # of all uploads of a user that are not imported yet
MAX_IMPORT_FILES = 5000  # without a zip: their paths come in one form
IMPORT_PART_BYTES = 4 * MEGABYTE  # of those files in one request
