from django.conf import settings

from blog import extend


@extend.feed_hubs
def hub() -> str:
    return settings.WEBSUB_HUB
