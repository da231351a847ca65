from django.core.exceptions import ImproperlyConfigured

from site_config.variables import https_addresses, secret

VARIABLES = {
    "GALLEY_WEBHOOK_URLS": "https:// URLs, separated by commas, told of articles that appear or change",
    "GALLEY_WEBHOOK_SECRET": "secret with which these requests are signed",
}
WEBHOOK_URLS = https_addresses("GALLEY_WEBHOOK_URLS")
WEBHOOK_SECRET = secret("GALLEY_WEBHOOK_SECRET")
if WEBHOOK_URLS and not WEBHOOK_SECRET:
    raise ImproperlyConfigured(
        "GALLEY_WEBHOOK_SECRET: set it, so that receivers know the sender: openssl rand -hex 20"
    )
