"""Fill an empty site as it was before followers and notices became extensions, for test_upgrade.py.

before_extensions.zip was made in the checkout of ce087df2, on SQLite:

    python manage.py migrate
    python manage.py shell --no-imports --command "$(cat before_extensions.py)"
    python manage.py backup before_extensions.zip
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from blog.models import Follower, Mailing, Preferences
from tests.support.factories import create_article

ada = User.objects.create_user("ada", "ada@arle.example", "pw12345pw", is_staff=True)
letters = Group.objects.create(name="Letters")
letters.user_set.add(ada)
letters.permissions.add(Permission.objects.get(codename="delete_follower"))
ada.user_permissions.add(Permission.objects.get(codename="view_follower"))
Preferences.objects.create(user=ada, muted_notices=["held"])
articles = [create_article(title=title) for title in ("Ebb", "Flow")]
followers = [
    Follower.objects.follow(f"{name}@arle.example", "each" if name == "nora" else "weekly")
    for name in ("nora", "ole")
]
now = timezone.now()
ended = Mailing.objects.create(frequency="weekly", due_at=now, ended_at=now, number=1)
ended.add_articles([articles[0].pk])
running = Mailing.objects.create(frequency="each", due_at=now, last_follower=followers[0].pk, number=1)
running.add_articles([article.pk for article in articles])
LogEntry.objects.create(
    user=ada,
    content_type=ContentType.objects.get_for_model(Follower),
    object_id=followers[0].pk,
    object_repr="nora@arle.example",
    action_flag=CHANGE,
    change_message="Letters once a week.",
)
