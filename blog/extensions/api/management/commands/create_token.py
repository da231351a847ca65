from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blog.articles.categories import Category
from blog.articles.provenance import ProvenanceError
from blog.extensions.api import tokens


class Command(BaseCommand):
    help = "Make a token for the API and print it. It is shown only once."

    def add_arguments(self, parser):
        parser.add_argument("name", help="name of the token, and of the source of its files")
        parser.add_argument(
            "--rights",
            default="dry-run",
            metavar="LIST",
            help=f"what it may do, separated by commas: {', '.join(tokens.RIGHTS)} (default: dry-run)",
        )
        parser.add_argument("--user", metavar="NAME", help="whose token it is (default: the only superuser)")
        parser.add_argument(
            "--written-by",
            default="file",
            metavar="WHO",
            help="who wrote the texts: file (as each states, default), people, machine, or machine=NAME",
        )
        parser.add_argument(
            "--category", metavar="NAME", help="of files that name none, which are rejected otherwise"
        )
        parser.add_argument(
            "--days", type=int, default=365, help="valid for; 0: until it is revoked (default: 365)"
        )
        parser.add_argument(
            "--hourly", type=int, default=200, metavar="N", help="articles an hour (default: 200)"
        )
        parser.add_argument(
            "--from", default="", metavar="LIST", help="IP addresses or networks (default: any)"
        )

    def handle(self, *, name, **options):
        rights = [right.strip() for right in options["rights"].split(",") if right.strip()]
        if unknown := set(rights).difference(tokens.RIGHTS):
            raise CommandError(f"--rights: there is no {min(unknown)}. There are {', '.join(tokens.RIGHTS)}.")
        if options["days"] < 0 or options["hourly"] < 1:
            raise CommandError("--days must be 0 or more, and --hourly 1 or more.")
        expires_at = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        try:
            _token, secret = tokens.create_token(
                _user(options["user"]),
                name,
                rights,
                written_by=options["written_by"],
                category=_category(options["category"]),
                expires_at=expires_at,
                hourly_limit=options["hourly"],
                addresses=tokens.check_addresses(options["from"]),
            )
        except (tokens.TokenError, ProvenanceError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)


def _user(name):
    users = get_user_model().objects.filter(is_active=True, is_staff=True)
    if name is None:
        found = list(users.filter(is_superuser=True)[:2])
        if len(found) != 1:
            raise CommandError("Say with --user whose token it is: there is not exactly one superuser.")
        return found[0]
    user = users.filter(username=name).first()
    if user is None or not user.has_perm(tokens.PERMISSION):
        raise CommandError(f"--user: {name} is no user who may import files.")
    return user


def _category(name):
    if not name:
        return None
    category = Category.objects.filter(name=name).first()
    if category is None:
        raise CommandError(f"--category: there is no category {name}.")
    return category
