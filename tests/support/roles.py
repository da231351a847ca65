"""Roles of users: a visitor, staff without a group, a Writer, an Editor, a superuser."""

import time

from django.contrib.auth.models import Group

from blog.desk.second_step.sessions import CONFIRMED

ROLES = ("visitor", "staff", "Writer", "Editor", "superuser")


def log_in(client, role, django_user_model):
    """Log the client in as a new user with this role. Return the user, or None for a visitor."""
    if role == "visitor":
        return None
    user = django_user_model.objects.create_user(f"a-{role}", is_staff=True, is_superuser=role == "superuser")
    if role in {"Writer", "Editor"}:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def confirm(client) -> None:
    """Answer “Is it you?” for the next ten minutes, like a log-in by password."""
    session = client.session
    session[CONFIRMED] = int(time.time())
    session.save()
