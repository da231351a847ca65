"""The sandbox: processes with limited time and memory that handle whatever somebody typed or uploaded.

A text or an image can be crafted so that a parser or decoder takes minutes or gigabytes, or crashes. So these
are never parsed or decoded in a process that answers requests or writes to the database.

Requests use `calls`; an import starts processes of its own (blog/imports/workers.py). `pool` reuses
processes, `process` is the parent's side of one and `child` its own side, `texts` and `images` are its tasks,
and `refusals` the reasons why there is no result.

The sandbox protects against excessive input, not against code execution: it runs as the same user. It imports
`blog.documents` and Pillow, but not Django, and has no database and no secrets.
"""
