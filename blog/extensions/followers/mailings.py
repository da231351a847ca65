"""Mailings: letters about articles to all followers of a frequency, composed in batches.

Each follower gets a mailing at most once. The message of a follower is stored in one transaction with
last_follower, the last follower whose message is stored: a killed worker has stored both or neither. From
then on, the message itself is sent at most once (messages.py). An article is in one mailing of each frequency
(a constraint), so a correction or a second publication sends nothing.
"""

from collections.abc import Callable

from django.db import models, transaction
from django.utils import timezone

from blog.extensions.followers.followers import Follower, Frequency
from blog.mail.models import DELAYS, Message, OutgoingMessage

BATCH_SIZE = 100  # letters that are stored at once; each has some 20 KB


class MailingQuerySet(models.QuerySet):
    def due(self):
        """Return the mailings to continue now, oldest first."""
        return self.filter(ended_at=None, due_at__lte=timezone.now()).order_by("pk")

    def open(self, frequency: str):
        """Return the mailings of a frequency that can still get articles, as a queryset."""
        return self.filter(frequency=frequency, ended_at=None, last_follower=0, due_at__gt=timezone.now())

    def postpone(self) -> None:
        """Have due mailings wait, while the mail server is not available or puts letters off."""
        self.due().update(due_at=timezone.now() + DELAYS[0])


class Mailing(models.Model):
    """A letter to the followers of a frequency who had confirmed when its articles were complete."""

    frequency = models.CharField(max_length=10, choices=Frequency)
    created_at = models.DateTimeField(default=timezone.now)  # or when it got its last articles
    due_at = models.DateTimeField()
    last_follower = models.BigIntegerField(default=0)  # pk; followers up to this one have their message
    number = models.PositiveIntegerField(default=0)  # of messages
    ended_at = models.DateTimeField(null=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        db_table = "blog_mailing"
        default_permissions = ()

    def __str__(self):
        return f"mailing {self.pk}"

    @property
    def followers(self):
        """The followers that still have to get their message, in the order of last_follower."""
        rows = Follower.objects.filter(frequency=self.frequency, confirmed_at__lte=self.created_at)
        return rows.filter(pk__gt=self.last_follower).order_by("pk")

    def add_articles(self, keys) -> None:
        rows = [MailingArticle(mailing=self, frequency=self.frequency, article_id=key) for key in keys]
        MailingArticle.objects.bulk_create(rows)

    def article_keys(self) -> list[int]:
        return list(self.articles.values_list("article", flat=True))

    @transaction.atomic
    def queue_batch(self, compose: Callable[[Follower], Message]) -> int:
        """Store the messages of the next followers, and return their number, 0 after the last one.

        The caller sends them before it calls this again, so that few are stored at a time.
        """
        followers = list(self.followers[:BATCH_SIZE])
        if not followers:
            return 0
        messages = [MailingLetter.of(compose(follower), self, follower) for follower in followers]
        before, self.last_follower = self.last_follower, followers[-1].pk
        self.number += len(messages)
        row = Mailing.objects.filter(pk=self.pk, last_follower=before, ended_at=None)
        if not row.update(last_follower=self.last_follower, number=self.number):
            raise RuntimeError("Two workers send the same mailing.")
        MailingLetter.objects.bulk_create(messages)
        return len(messages)

    def end(self) -> None:
        """End the mailing after its last batch, unless the mail server has put off some of its messages."""
        if self.messages.exists():
            Mailing.objects.filter(pk=self.pk).postpone()
        else:
            Mailing.objects.filter(pk=self.pk).update(ended_at=timezone.now())

    @transaction.atomic
    def cancel(self) -> None:
        """End the mailing, and delete the letters that are not sent yet.

        If no letter was stored, delete the mailing, so that its articles can be mailed later.
        """
        if self.number:
            self.messages.all().delete()
            self.end()
        else:
            self.delete()


class MailingArticle(models.Model):
    """An article of a mailing."""

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="articles")
    # Without a constraint, so that articles can be deleted while the extension is off.
    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="+", db_constraint=False)
    frequency = models.CharField(max_length=10, choices=Frequency)  # that of the mailing

    class Meta:
        db_table = "blog_mailingarticle"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["article", "frequency"], name="article_mailed_once"),
        ]

    def __str__(self):
        return f"article {self.article_id} in {self.mailing}"


class MailingLetter(OutgoingMessage):
    """A message of a mailing. It belongs to a follower, and is deleted with this row."""

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="messages")
    follower = models.ForeignKey(Follower, models.CASCADE, related_name="+")

    class Meta(OutgoingMessage.Meta):
        constraints = [models.UniqueConstraint(fields=["mailing", "follower"], name="mailing_letter_once")]

    def __str__(self):
        return f"letter {self.pk}"

    @classmethod
    def of(cls, message: Message, mailing: Mailing, follower: Follower) -> "MailingLetter":
        """Return an unsaved letter with the content of an unsaved message."""
        names = [field.attname for field in OutgoingMessage._meta.get_fields()]
        return cls(mailing=mailing, follower=follower, **{name: getattr(message, name) for name in names})

    def was_accepted(self) -> None:
        if self.follower.refusals:
            Follower.objects.filter(pk=self.follower_id).forget_refusals()

    def was_refused(self) -> None:
        Follower.objects.filter(pk=self.follower_id).count_refusal()
