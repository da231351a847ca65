"""Convert Markdown to the HTML of an article, for pages, feeds, previews and imports.

Steps: convert the syntax of site generators to Markdown, parse the text to tokens, rearrange the tokens in
the other modules of this package (lost passages, raw HTML, shorthand, footnotes, callouts, figures, headings,
takeaways), write them as HTML, and sanitise the result.
"""

from collections.abc import Callable

from markdown_it.token import Token

from blog.documents.characters import clean_characters
from blog.documents.cleanup.callouts import replace_directives
from blog.documents.cleanup.leftovers import drop_leaked_labels, replace_leftovers
from blog.documents.parsing.markdown import (
    build_parser,
    images_in,
    split_at_limit,
)
from blog.documents.rendering.callouts import convert_callouts
from blog.documents.rendering.code_blocks import Listings
from blog.documents.rendering.figures import ImageWriter, convert_figures
from blog.documents.rendering.footnotes import move_footnotes
from blog.documents.rendering.glued_images import split_inline_images
from blog.documents.rendering.html import sanitise
from blog.documents.rendering.item_lines import break_before_items
from blog.documents.rendering.lost_passages import remove_lost_passages
from blog.documents.rendering.renderer import (
    ArticleRenderer,
    RenderContext,
    plain_text,
    set_links,
    set_raw_html,
    set_tables,
    set_tasks,
)
from blog.documents.rendering.sections import normalise_headings, set_lead, wrap_takeaways
from blog.documents.rendering.shorthand import expand_shorthand
from blog.documents.rendering.tables import name_tables
from blog.documents.rendering.values import Rendering, ResolvedImage
from blog.documents.rendering.videos import mark_videos
from blog.documents.summaries import opening_of
from blog.documents.text import count_words, decode_entities

_PARSER = build_parser(ArticleRenderer)


def render_markdown(
    text: str,
    *,
    title: str = "",
    resolve_image: Callable[[str], ResolvedImage | None] | None = None,
    highlight: bool = True,
) -> Rendering:
    """Render a body to HTML.

    `resolve_image` takes the URL in the text and returns the image to show, or None if it is not available.
    Without `highlight`, code blocks are plain, which is faster.
    """
    context = RenderContext(
        ImageWriter(resolve_image), listings=Listings() if highlight else Listings(budget=0)
    )
    environment = {"context": context}
    shown, rest = split_at_limit(replace_leftovers(replace_directives(clean_characters(text))))
    tokens, losses = remove_lost_passages(_PARSER.parse(shown, environment))
    images = images_in(tokens)
    tokens = set_raw_html(tokens, context)
    set_links(tokens)
    expand_shorthand(tokens)
    break_before_items(tokens)
    tokens = move_footnotes(tokens, environment)
    drop_leaked_labels(tokens)
    tokens = convert_callouts(tokens)
    tokens = split_inline_images(tokens, context.images.is_sign)
    tokens = convert_figures(tokens)
    tokens, contents = normalise_headings(tokens, title, context.ids)
    tokens = wrap_takeaways(tokens)
    if rest:  # beyond the parser's limit: shown unparsed
        tokens.append(Token("code_block", "code", 0, content=decode_entities(rest), block=True))
    set_lead(tokens)
    set_tables(tokens)
    set_tasks(tokens)
    html = _PARSER.renderer.render(tokens, _PARSER.options, environment)
    html = mark_videos(sanitise(name_tables(html)).strip())
    shown = plain_text(tokens)
    return Rendering(html, contents, shown, images, opening_of(shown), count_words(shown), losses)
