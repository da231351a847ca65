"""Letters that wait to be sent."""

import re

from blog.models import Message

LINK = re.compile(r"https://blog\.example(/\S+)")


def letters() -> list[tuple[str, str]]:
    """Return (address, subject) of the letters that wait to be sent, in order of the address."""
    return list(Message.objects.order_by("to", "pk").values_list("to", "subject"))


def link_of_last_letter(path: str) -> str:
    """Return the path of the link that begins with a path, which text and HTML have."""
    message = Message.objects.latest("pk")
    (found,) = {link for link in LINK.findall(message.text) if link.startswith(path)}
    assert f'href="https://blog.example{found}"' in message.html
    return found
