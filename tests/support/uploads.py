"""Upload images to a test server like an editor's browser."""

import io
import os

from PIL import Image as Pillow

UPLOAD = "/admin/markdownx/upload/"
TOKEN = "x" * 32
# Creates an editor's session. value, which the driver returns, is its key.
LOG_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
user = get_user_model().objects.{make}
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
value = session.session_key
"""


def noise() -> bytes:
    """Return a PNG of noise, which cannot be compressed."""
    output = io.BytesIO()
    Pillow.frombytes("RGB", (1500, 1500), os.urandom(3 * 1500 * 1500)).save(output, "PNG", compress_level=0)
    return output.getvalue()


def image_form(session, data):
    """Return (headers, body) of a form that uploads an image."""
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "multipart/form-data; boundary=bound",
    }
    part = b'--bound\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    return headers, part + data + b"\r\n--bound--\r\n"
