"""Uses of images have words of their own: the hero image of an article, and the images in its text.

All are empty at first, which means the words of the image: pages stay as they are.
"""

from django.db import migrations, models

import blog.documents.image_words
import blog.images.fields


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0021_who_wrote_an_article_decided_by_editors"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="hero_alt",
            field=models.TextField(blank=True, verbose_name="description of the picture"),
        ),
        migrations.AddField(
            model_name="article",
            name="hero_credit",
            field=blog.images.fields.CreditField(
                blank=True, default=blog.documents.image_words.Credit, verbose_name="credit of the picture"
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="hero_is_decorative",
            field=models.BooleanField(default=False, verbose_name="decorative picture"),
        ),
        migrations.AddField(
            model_name="bodyimage",
            name="credit",
            field=blog.images.fields.CreditField(
                blank=True, default=blog.documents.image_words.Credit, verbose_name="credit"
            ),
        ),
        migrations.AddField(
            model_name="bodyimage",
            name="is_decorative",
            field=models.BooleanField(default=False, verbose_name="decorative"),
        ),
    ]
