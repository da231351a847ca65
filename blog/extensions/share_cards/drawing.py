"""Draw a share card in the site's colours, with logo and site name at the bottom.

A card with an image is light, any other has the site's accent as its ground.
"""

import io
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageColor, ImageDraw

from blog.extensions.share_cards.faces import SANS
from blog.extensions.share_cards.typesetting import choose_fonts, fit, has_room, one_line
from blog.images.icons import mark

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 80
PAPER, INK, INK_2, INK_3 = "#fbfbf8", "#14171c", "#444a54", "#626973"
RULE = "#d8dad4"
TINT, FAINT = 0.86, 0.15  # shares of white in the accent: of secondary text, and of the large logo
LOGO_ROOM, PLATE = (320, 56), 8  # of the site's logo, and the margin of paper around it on the accent
LOGO_COLOURS = 128
STEPS = 15  # shades between background and ink, for anti-aliasing
TOP, FOOT = 72, 516  # y coordinates: the text is between them
IMAGE_SIZE = 432, FOOT
BAND, FAINT_SIZE = 14, 340
TEXT_WIDTH = WIDTH - IMAGE_SIZE[0] - MARGIN - 56  # next to an image
# Font size, width and lines: longer texts get the whole card, without an image.
BESIDE_IMAGE = (40, TEXT_WIDTH - 36, 5)
JPEG_OPTIONS = {"quality": 88, "subsampling": 0, "optimize": True}  # subsampling would blur letters
TITLE_SIZES = (148, 132, 118, 106, 96, 88, 80, 72, 66, 60, 54, 48, 43, 38, 34)
QUOTE_SIZES = (92, 84, 76, 70, 64, 58, 52, 48, 44, 40, 36, 32)


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a card: its ground, three shades of text, an accent and a rule."""

    ground: str
    ink: str
    ink_2: str
    ink_3: str
    accent: str
    rule: str


def on_paper(accent: str) -> Colours:
    return Colours(PAPER, INK, INK_2, INK_3, accent, RULE)


def on_accent(accent: str) -> Colours:
    tint = whitened(accent, TINT)
    return Colours(accent, "#ffffff", tint, tint, "#ffffff", whitened(accent, FAINT))


def whitened(colour: str, share: float) -> str:
    """Return a colour mixed with this share of white."""
    channels = (round(value + (255 - value) * share) for value in ImageColor.getrgb(colour))
    return "#" + "".join(f"{value:02x}" for value in channels)


def draw(card, pixels: bytes | None = None, logo: bytes | None = None) -> bytes:
    """Return the card as PNG, or as JPEG if it has an image.

    pixels: the image, decoded and cropped to IMAGE_SIZE. Without it, the text gets the whole card.
    logo: the pixels of the site's logo, in its size on the card.
    """
    quote, title = (choose_fonts(text, card.display, card.language) for text in (card.quote, card.title))
    category = choose_fonts(card.category, SANS, card.language)
    leading = quote or title or category
    has_image = bool(pixels and (quote or title) and has_room(quote or title, *BESIDE_IMAGE))
    colours = (on_paper if has_image else on_accent)(card.accent)
    image = Image.new("RGB", SIZE, colours.ground)
    sheet = Sheet(image, colours, card.accent, is_mirrored=bool(leading and leading.is_right_to_left))
    logo = Image.frombytes("RGB", card.logo.size, logo) if logo else None
    if has_image:
        draw_image(sheet, pixels)
    elif card.has_mark:
        draw_faint_mark(sheet)
    if quote:
        draw_quote(sheet, quote, choose_fonts(card.title, SANS, card.language), category)
    elif title:
        draw_title(sheet, title, category, choose_fonts(card.author, SANS, card.language))
    if quote or title:
        draw_foot(sheet, card, logo)
    else:
        draw_name(sheet, card, category, logo)
    output = io.BytesIO()
    if card.image:
        image.save(output, "JPEG", **JPEG_OPTIONS)
    else:
        swatch = Image.new("P", (1, 1))
        swatch.putpalette([*palette(colours, card.accent), *logo_palette(logo)])
        flat = image.quantize(palette=swatch, dither=Image.Dither.NONE)
        flat.save(output, "PNG", compress_level=6)
    return output.getvalue()


class Sheet:
    """A card while it is drawn. On a mirrored one, everything is aligned to the right margin."""

    def __init__(self, image: Image.Image, colours: Colours, accent: str, *, is_mirrored: bool):
        self.image = image
        self.colours = colours
        self.accent = accent
        self.pen = ImageDraw.Draw(image)
        self.is_mirrored = is_mirrored
        self.width = WIDTH - 2 * MARGIN  # of the text above the foot

    def write(self, words, text, size, colour, baseline, *, start=MARGIN, at_end=False):
        """Write one line. start: distance from the leading edge or, with at_end, from the trailing edge."""
        width = words.length(text, size)
        is_at_right = self.is_mirrored != at_end
        x = WIDTH - start - width if is_at_right else start
        for part in words.parts(text):
            font = part.font(size)
            self.pen.text((x, baseline), part.text, colour, font, anchor="ls", **part.options)
            x += part.length(size)

    def write_block(self, block, top, *, start=MARGIN):
        for number, line in enumerate(block.lines):
            baseline = top + block.first_baseline + number * block.leading
            self.write(block.words, line, block.size, self.colours.ink, baseline, start=start)

    def draw_mark(self, side, start, top, **options):
        tile = mark(side, accent=self.accent, **options)
        self.paste(tile, start, top, tile)

    def rectangle(self, start, top, width, height, colour):
        left = WIDTH - start - width if self.is_mirrored else start
        self.pen.rectangle((left, top, left + width - 1, top + height - 1), fill=colour)

    def paste(self, tile, start, top, mask=None):
        left = WIDTH - start - tile.width if self.is_mirrored else start
        self.image.paste(tile, (left, top), mask)


@cache
def palette(colours: Colours, accent: str) -> list[int]:
    """Return the palette of a card without its logo. Few colours keep the file small."""
    inks = dict.fromkeys((colours.ink, colours.ink_2, colours.ink_3, colours.accent, colours.rule))
    edges = [(colours.ground, ink) for ink in inks]
    edges += [(accent, "white"), (colours.rule, colours.ink_3)]
    shades = []
    for ends in edges:
        start, end = map(ImageColor.getrgb, ends)
        for step in range(STEPS + 1):
            share = step / STEPS
            shades.append(tuple(round(a + (b - a) * share) for a, b in zip(start, end, strict=True)))
    return [value for colour in dict.fromkeys(shades) for value in colour]


def logo_palette(logo: Image.Image | None) -> list[int]:
    """Return the main colours of the site's logo, and paper."""
    return [*ImageColor.getrgb(PAPER), *logo.quantize(LOGO_COLOURS).getpalette()] if logo else []


def draw_image(sheet, pixels):
    """Draw the image at the side of the card, above the footer, and narrow the text."""
    start = WIDTH - IMAGE_SIZE[0]
    sheet.paste(Image.frombytes("RGB", IMAGE_SIZE, pixels), start, 0)
    sheet.rectangle(0, 0, start, BAND, sheet.colours.accent)
    sheet.width = TEXT_WIDTH


def draw_faint_mark(sheet):
    """Draw a large logo in a faint colour, cut off at the lower edge and the end of the card."""
    start, top = WIDTH - FAINT_SIZE * 4 // 5, HEIGHT - FAINT_SIZE * 4 // 5
    sheet.draw_mark(FAINT_SIZE, start, top, stroke=sheet.colours.rule)


def draw_title(sheet, title, category, author):
    top = draw_category(sheet, category)
    bottom = FOOT - 40 - (58 if author else 0)
    block = fit(title, TITLE_SIZES, sheet.width, bottom - top)
    sheet.write_block(block, top)
    if author:
        line = one_line(author, 30, sheet.width)
        sheet.write(author, line, 30, sheet.colours.ink_2, top + block.height + 52)


def draw_quote(sheet, quote, title, category):
    top = draw_category(sheet, category) + 6
    bottom = FOOT - 40 - (58 if title else 0)
    block = fit(quote, QUOTE_SIZES, sheet.width - 36, bottom - top)
    sheet.rectangle(MARGIN, top + 6, 6, block.height - 5, sheet.colours.accent)
    sheet.write_block(block, top, start=MARGIN + 36)
    if title:
        line = one_line(title, 28, sheet.width - 36)
        sheet.write(title, line, 28, sheet.colours.ink_2, top + block.height + 52, start=MARGIN + 36)


def draw_category(sheet, category) -> int:
    """Draw the category, if any; return the y coordinate at which the text below begins."""
    if category is None:
        return TOP - 8
    sheet.write(category, one_line(category, 30, sheet.width), 30, sheet.colours.accent, TOP + 24)
    return TOP + 46


def draw_logo(sheet, card, logo, mark_side, middle) -> int:
    """Draw the site's logo, or else ours, around this y coordinate; return the room that it takes."""
    if logo:
        plate = PLATE if sheet.colours.ground != PAPER else 0
        width, height = logo.width + 2 * plate, logo.height + 2 * plate
        sheet.rectangle(MARGIN, middle - height // 2, width, height, PAPER)
        sheet.paste(logo, MARGIN + plate, middle - height // 2 + plate)
        return width + 16
    if card.has_mark:
        sheet.draw_mark(mark_side, MARGIN, middle - mark_side // 2)
        return mark_side + 16
    return 0


def draw_foot(sheet, card, logo):
    if sheet.colours.ground == PAPER:
        sheet.rectangle(MARGIN, FOOT, WIDTH - 2 * MARGIN, 2, sheet.colours.rule)
    indent = draw_logo(sheet, card, logo, 42, FOOT + 54)
    room = WIDTH - 2 * MARGIN - indent
    if label := choose_fonts(card.label, SANS, card.language):
        line = one_line(label, 26, room // 2)
        sheet.write(label, line, 26, sheet.colours.ink_3, FOOT + 64, at_end=True)
        room -= label.length(line, 26) + 40
    if logo and card.logo_is_name:
        return
    if name := choose_fonts(card.site_name, card.display):
        sheet.write(name, one_line(name, 42, room), 42, sheet.colours.ink, FOOT + 69, start=MARGIN + indent)


def draw_name(sheet, card, category, logo):
    """Draw the site's name instead of the article's title, for which there is no font."""
    draw_logo(sheet, card, logo, 96, 198)
    if name := choose_fonts(card.site_name, card.display):
        sheet.write_block(fit(name, TITLE_SIZES, sheet.width, 220), 270)
    if category:
        sheet.write(category, one_line(category, 30, sheet.width), 30, sheet.colours.accent, FOOT + 30)
