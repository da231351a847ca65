from blog import extend
from blog.extensions.replacement.screen import ReplacementScreen

extend.article_parts.add(ReplacementScreen)
