"""The categories of the masthead get the name that they have everywhere else: their rows stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0011_help_in_editors_words")]

    operations = [
        migrations.RenameModel("NavigationTopic", "NavigationCategory"),
        migrations.AlterField(
            "navigationcategory",
            "site",
            models.ForeignKey(
                default=1,
                on_delete=models.deletion.CASCADE,
                related_name="navigation_categories",
                to="blog.siteidentity",
            ),
        ),
        migrations.AlterField(
            "navigationcategory",
            "category",
            models.OneToOneField(
                on_delete=models.deletion.CASCADE,
                related_name="navigation_category",
                to="blog.category",
                verbose_name="category",
            ),
        ),
    ]
