from blog import extend

extend.not_in_backup.add("webhooks.ToldArticle")  # a restored site begins again, without telling all
