#!/usr/bin/env python
"""Django's command line for Galley."""

import atexit
import gc
import os
import sys


def main():
    # At its end, Python would look for cycles among all loaded objects, which takes a sixth of a second.
    atexit.register(gc.freeze)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError
        from environs import EnvError
    except ImportError:
        sys.exit("manage.py: Django is not installed here: run bin/setup, then .venv/bin/python manage.py.")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"manage.py: {error}")
    except (OSError, DatabaseError) as error:
        from blog.files.errors import storage_reason  # it needs the settings

        reason = storage_reason(error)
        if reason is None:
            raise
        sys.exit(f"manage.py: {reason} ({error})")


if __name__ == "__main__":
    main()
