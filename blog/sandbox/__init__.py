"""Processes that are limited in time and memory, for whatever somebody typed or uploaded.

A text or an image can be made such that a parser or a decoder takes minutes, gigabytes, or the process with
it. So nothing of the kind is rendered, read or decoded in a process that answers requests or writes to the
database. `calls` is the way in, for requests; an import has processes of its own (blog/importing/workers.py).
`process` is one of them seen from outside, `child` from inside; `texts` and `images` are what they can do.

They guard against input that takes too much, not against code that somebody gets to run in there: they are
the same user. They know `blog.documents` and Pillow, no Django, no database, and no secret.
"""
