"""Where users are logged in. A session stores its browser, its address and when it was last seen."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from blog.mail.limits import client_address

BROWSER, ADDRESS, SINCE, SEEN, CONFIRMED = "browser", "address", "since", "seen", "confirmed"
SEEN_EVERY = 300  # seconds
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
SYSTEMS |= {"Macintosh": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs) -> None:
    """Store in a new session where it is, and that its user has just proved who they are."""
    now = int(time.time())
    request.session.update(
        {
            BROWSER: request.headers.get("user-agent", "")[:300],
            ADDRESS: client_address(request) or "",
            **dict.fromkeys((SINCE, SEEN, CONFIRMED), now),
        }
    )


def note_seen(session) -> None:
    """Store from time to time that the session is used."""
    if session.get(SEEN, 0) < time.time() - SEEN_EVERY:
        session[SEEN] = int(time.time())


def sessions_of(user, current_key: str = "") -> list[dict]:
    """Return the sessions of a user, the current one first, then those seen last.

    name: stands for the key on pages.
    """
    found = [
        {
            "key": key,
            "name": salted_hmac("galley session", key, algorithm="sha256").hexdigest(),
            "browser": browser_name(data.get(BROWSER, "")),
            "address": data.get(ADDRESS, ""),
            "since": _moment(data.get(SINCE)),
            "seen": _moment(data.get(SEEN)),
            "is_current": key == current_key,
        }
        for key, data in sorted(_stored(user), key=lambda pair: -pair[1].get(SEEN, 0))
    ]
    return sorted(found, key=lambda one: not one["is_current"])


def _moment(seconds):
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _stored(user) -> Iterator[tuple[str, dict]]:
    of_password = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk) and data.get(HASH_SESSION_KEY) in of_password:
            yield session.session_key, data


def end_sessions(user, *, but: str | None = None) -> int:
    """Sign a user out everywhere, except in the session with this key. Return the number."""
    keys = [key for key, _data in _stored(user) if key != but]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_others(request) -> int:
    return end_sessions(request.user, but=request.session.session_key)


def end_one(user, name: str) -> int:
    """Sign a user out in one session. Return the number of ended sessions."""
    keys = [one["key"] for one in sessions_of(user) if one["name"] == name]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def browser_name(agent: str) -> str:
    """Return the browser and the system of a User-Agent header, such as “Firefox on Linux”."""
    browser = next((name for sign, name in BROWSERS.items() if f"{sign}/" in agent), _("Browser"))
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
