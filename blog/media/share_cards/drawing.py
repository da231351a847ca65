"""Drawing a share card in the site's colours, with its mark and name at the foot."""

import io
import itertools
from functools import cache

from PIL import Image, ImageColor, ImageDraw

from blog.media.share_cards.typesetting import DISPLAY_FACES, SANS_FACES, fit, one_line, readable

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 80
PAPER, INK, INK_2, INK_3 = "#fbfbf8", "#14171c", "#444a54", "#626973"
ACCENT, RULE = "#2536c9", "#d8dad4"
ACCENT_CLEAR = "#2536c900"
STEPS = 15  # shades between background and ink, for anti-aliasing
TOP, FOOT = 72, 516  # pixels between which the text stands
TITLE_SIZES = (148, 132, 118, 106, 96, 88, 80, 72, 66, 60, 54, 48, 43, 38, 34)
QUOTE_SIZES = (92, 84, 76, 70, 64, 58, 52, 48, 44, 40, 36, 32)
# The mark in a 20 x 20 square, as in static/img/mark.svg: a tray, open at the top, with two lines of type.
STROKE = 1.8
TRAY, LINES = ((5, 4.2), (5, 15.5), (15, 15.5), (15, 4.2)), (((8, 7.6), (12, 7.6)), ((8, 11.3), (10.6, 11.3)))


def draw(card) -> bytes:
    """Return the card as PNG."""
    image = Image.new("RGB", SIZE, PAPER)
    sheet = ImageDraw.Draw(image)
    quote = readable(card.quote, DISPLAY_FACES)
    title = readable(card.title, DISPLAY_FACES)
    category = readable(card.category, SANS_FACES)
    if quote:
        draw_quote(sheet, quote, readable(card.title, SANS_FACES), category)
    elif title:
        draw_title(sheet, title, category)
    if quote or title:
        draw_foot(image, sheet, card)
    else:
        draw_name(image, sheet, card, category)
    output = io.BytesIO()
    flat = image.quantize(palette=palette(), dither=Image.Dither.NONE)
    flat.save(output, "PNG", compress_level=6)
    return output.getvalue()


@cache
def palette() -> Image.Image:
    """Return an image with the palette of a card: few colours make a small file, and quantize exactly."""
    edges = [(PAPER, ink) for ink in (INK, INK_2, INK_3, ACCENT)] + [(ACCENT, "white")]
    colours = [ImageColor.getrgb(RULE)]
    for ends in edges:
        start, end = map(ImageColor.getrgb, ends)
        for step in range(STEPS + 1):
            share = step / STEPS
            colours.append(tuple(round(a + (b - a) * share) for a, b in zip(start, end, strict=True)))
    swatch = Image.new("P", (1, 1))
    swatch.putpalette([value for colour in dict.fromkeys(colours) for value in colour])
    return swatch


def draw_title(sheet, title, category):
    top = draw_category(sheet, category)
    block = fit(title, TITLE_SIZES, WIDTH - 2 * MARGIN, FOOT - 40 - top)
    draw_block(sheet, block, MARGIN, top, title.is_right_to_left)


def draw_quote(sheet, quote, title, category):
    top = draw_category(sheet, category) + 6
    bottom = FOOT - 40 - (58 if title else 0)
    block = fit(quote, QUOTE_SIZES, WIDTH - 2 * MARGIN - 36, bottom - top)
    is_right = quote.is_right_to_left
    bar = WIDTH - MARGIN - 6 if is_right else MARGIN
    sheet.rectangle((bar, top + 6, bar + 5, top + block.height), fill=ACCENT)
    draw_block(sheet, block, MARGIN if is_right else MARGIN + 36, top, is_right)
    if title:
        end = title.is_right_to_left
        line = one_line(title, 28, WIDTH - 2 * MARGIN - 36)
        at = (WIDTH - MARGIN - 36 if end else MARGIN + 36, top + block.height + 52)
        sheet.text(at, line, INK_2, title.face.at(28), anchor="rs" if end else "ls")


def draw_category(sheet, category) -> int:
    """Draw the category, if there is one; return the y coordinate where the text below begins."""
    if category is None:
        return TOP - 8
    line = one_line(category, 30, WIDTH - 2 * MARGIN)
    is_right = category.is_right_to_left
    at = (WIDTH - MARGIN if is_right else MARGIN, TOP + 24)
    sheet.text(at, line, ACCENT, category.face.at(30), anchor="rs" if is_right else "ls")
    return TOP + 46


def draw_block(sheet, block, left, top, is_right_to_left):
    font, width = block.face.at(block.size), WIDTH - MARGIN - left
    for number, line in enumerate(block.lines):
        # 0.82 of the size: the tops of capitals touch the top.
        baseline = top + round(block.size * 0.82) + number * block.leading
        at = (left + width if is_right_to_left else left, baseline)
        sheet.text(at, line, INK, font, anchor="rs" if is_right_to_left else "ls")


def draw_foot(image, sheet, card):
    sheet.rectangle((MARGIN, FOOT, WIDTH - MARGIN - 1, FOOT + 1), fill=RULE)
    draw_mark(image, (MARGIN, FOOT + 33), 42)
    label = readable(card.label, SANS_FACES)
    room = WIDTH - 2 * MARGIN - 58
    if label:
        line, font = one_line(label, 26, room // 2), label.face.at(26)
        sheet.text((WIDTH - MARGIN, FOOT + 64), line, INK_3, font, anchor="rs")
        room -= font.getlength(line) + 40
    if name := readable(card.site_name, DISPLAY_FACES):
        line = one_line(name, 42, room)
        sheet.text((MARGIN + 58, FOOT + 69), line, INK, name.face.at(42), anchor="ls")


def draw_name(image, sheet, card, category):
    """Draw the site's name instead of the article's title, for which there is no font."""
    name = readable(card.site_name, DISPLAY_FACES)
    draw_mark(image, (MARGIN, 150), 96)
    if name:
        block = fit(name, TITLE_SIZES, WIDTH - 2 * MARGIN, 220)
        draw_block(sheet, block, MARGIN, 270, name.is_right_to_left)
    if category:
        line = one_line(category, 30, WIDTH - 2 * MARGIN)
        sheet.text((MARGIN, FOOT + 30), line, ACCENT, category.face.at(30), anchor="ls")


def draw_mark(image, at, side):
    tile = mark(side)
    image.paste(tile, at, tile)


def mark(side: int, *, rounding=4, inset=0.0) -> Image.Image:
    """Return the mark as an image, drawn at four times the size and scaled down for smooth edges.

    rounding: radius of the tile's corners, in twentieths of a side; inset: free margin, as a part of a side.
    """
    large = side * 4
    tile = Image.new("RGBA", (large, large), ACCENT_CLEAR)
    pen = ImageDraw.Draw(tile)
    pen.rounded_rectangle((0, 0, large - 1, large - 1), rounding * large / 20, fill=ACCENT)
    scale, edge = large * (1 - 2 * inset) / 20, large * inset
    for line in (TRAY, *LINES):
        points = [(edge + x * scale, edge + y * scale) for x, y in line]
        for start, end in itertools.pairwise(points):
            draw_stroke(pen, start, end, STROKE * scale, is_joined=len(points) > 2)
    return tile.resize((side, side), Image.Resampling.LANCZOS)


def draw_stroke(pen, start, end, width, *, is_joined):
    """Draw a horizontal or vertical line; with is_joined, longer at its ends, so that corners are square."""
    (x, y), (to_x, to_y) = start, end
    left, right, top, bottom = min(x, to_x), max(x, to_x), min(y, to_y), max(y, to_y)
    half = width / 2
    if x == to_x:
        pen.rectangle((left - half, top, right + half - 1, bottom - 1), fill="white")
    else:
        reach = half if is_joined else 0
        pen.rectangle((left - reach, top - half, right + reach - 1, bottom + half - 1), fill="white")
