from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from blog.desk.second_step.factors import remove_all


class Command(BaseCommand):
    help = (
        "Remove the passkeys, authenticator codes and recovery codes of an account, and sign it out "
        "everywhere. Then its password logs in, and a new second step is asked for if its group needs one."
    )

    def add_arguments(self, parser):
        parser.add_argument("user", help="the user name")

    def handle(self, *, user, **options):
        found = get_user_model().objects.filter(username=user).first()
        if found is None:
            raise CommandError(f"There is no account “{user}”. bin/galley needs the exact user name.")
        number = remove_all(found, _("Second step removed on the command line."))
        self.stdout.write(f"{number} second steps of {user} removed. The password alone logs in now.")
