"""Registers the checks and the jobs."""

from blog import extend
from blog.extensions.git_source import checks, jobs  # noqa: F401 -- each registers itself

extend.never_cached.add("/hooks/git/")
