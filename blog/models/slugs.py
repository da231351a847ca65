"""Slugs: how long they may be, and which one is free."""

SLUG_LENGTH = 255


def free_slug(rows, slug: str, *, taken=()) -> str:
    """Return the slug, or the slug with the first number from 2 on that none of the rows has.

    taken holds slugs that are spoken for but not stored yet. The result has at most SLUG_LENGTH characters.
    """
    slug = slug[:SLUG_LENGTH]
    candidate, number = slug, 2
    while candidate in taken or rows.filter(slug=candidate).exists():
        suffix = f"-{number}"
        candidate = slug[: SLUG_LENGTH - len(suffix)] + suffix
        number += 1
    return candidate
