"""Maximum sizes of imported and uploaded files.

Limits for pixels and frames of images are in blog/sandbox/image_decoding.py, for requests in
site_config/request_limits.py.
"""

from blog.documents.limits import MEGABYTE

MAX_IMAGE_BYTES = 25 * MEGABYTE
MAX_LINKED_FILE_BYTES = 50 * MEGABYTE  # of a PDF, a video or another file that an article links to
MAX_CSV_BYTES = 10 * MEGABYTE  # of a list of redirects
MAX_CSV_LINES = 50_000  # looking up the URLs takes some seconds in all
MAX_IMPORT_BYTES = 200 * MEGABYTE  # of all files of one import
MAX_IMPORT_BYTES_OF_USER = 2 * MAX_IMPORT_BYTES  # of all uploads of a user that are not imported yet
MAX_IMPORT_FILES = 5000  # without a zip, because one form contains all their paths
IMPORT_PART_BYTES = 4 * MEGABYTE  # per request, because these files are uploaded in parts
