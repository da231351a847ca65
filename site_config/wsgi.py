"""The WSGI application, without the page cache, for other servers."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from environs import EnvError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")

try:
    application = get_wsgi_application()
except (ImproperlyConfigured, EnvError) as error:
    sys.exit(str(error))  # one line instead of a traceback
