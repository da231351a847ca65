"""The contrast of two colours, and shades of a colour that are readable on others.

Shades are computed in OKLCH, where colours with the same lightness look equally light, so that a shade keeps
its hue. Colours are "#rrggbb". See https://bottosson.github.io/posts/oklab/ for the numbers.
"""

import math
import re

ENOUGH = 4.5  # contrast of text, from WCAG 2.2 AA
HEX = re.compile("#[0-9a-f]{6}")
STEP = 0.01  # of lightness, which is from 0 (black) to 1


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted(map(_luminance, (first, second)))
    return (lighter + 0.05) / (darker + 0.05)


def shade(colour: str, lightness: float, most_chroma: float = 1) -> str:
    """Return this colour in another lightness.

    Its chroma is reduced to most_chroma, and further if screens cannot show it.
    """
    _, chroma, hue = _lch(colour)
    return _shown(lightness, min(chroma, most_chroma), hue)


def readable_shade(colour: str, grounds: tuple[str, ...], *, lighter: bool = False) -> str:
    """Return the nearest darker (or lighter) shade of a colour with enough contrast on all backgrounds.

    The colour itself is returned if it has enough contrast.
    """
    lightness = _lch(colour)[0]
    found = colour
    while not is_readable(found, grounds) and 0 < lightness < 1:
        lightness += STEP if lighter else -STEP
        found = shade(colour, lightness)
    return found


def is_readable(colour: str, grounds: tuple[str, ...]) -> bool:
    return all(contrast(colour, ground) >= ENOUGH for ground in grounds)


def _channels(colour):
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _linear(channel):
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel):
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _luminance(colour):
    red, green, blue = map(_linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lch(colour):
    """Return lightness, chroma and hue (in radians)."""
    red, green, blue = map(_linear, _channels(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _linear_rgb(lightness, chroma, hue):
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _shown(lightness, chroma, hue):
    """Return the colour, with less chroma if screens cannot show it."""
    while True:
        channels = _linear_rgb(lightness, chroma, hue)
        if chroma < STEP or all(-0.0005 <= channel <= 1.0005 for channel in channels):
            encoded = (_encoded(min(1, max(0, channel))) for channel in channels)
            return "#" + "".join(f"{round(channel * 255):02x}" for channel in encoded)
        chroma -= STEP / 4
