from blog.extensions.git_export import checks, jobs  # noqa: F401 -- each registers itself
