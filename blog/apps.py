from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = "Galley"

    def ready(self):
        from blog import extend, extension_apps, jobs
        from blog.articles.actions import (  # noqa: F401 -- register themselves when imported
            assignment,
            corrections,
        )
        from blog.articles.changes import REACTIONS
        from blog.articles.keywords import Tag
        from blog.articles.review_setting import apply_after_migrate
        from blog.base.registered import registered
        from blog.imports import undo
        from blog.imports.addresses import old_sites
        from blog.imports.models import HeldUpdate
        from blog.management import checks  # noqa: F401 -- registers itself when imported
        from blog.review import (  # noqa: F401 -- register themselves when imported
            approval,
            bulk_fixes,
            cross_article_findings,
            findings,
            people,
            proofs,
            resolution,
        )

        registered.held_updates = HeldUpdate.objects.all
        registered.old_sites = old_sites
        registered.public_tags = Tag.objects.with_public_page
        extension_apps.modules("galley")  # importing them is enough
        REACTIONS[:] = (  # in this order, at the end of each change of articles
            findings.forget_trashed,
            cross_article_findings.refresh_changed_flags,
            proofs.check_changed,
            approval.renew_approvals,
            bulk_fixes.restore_findings,
            undo.follow_locks,
            *extend.reactions,
        )
        jobs.import_jobs()
        post_migrate.connect(apply_after_migrate, sender=self)
