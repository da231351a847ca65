"""Immortal objects: processes that are forked share the memory of the loaded application for longer.

Python writes to each object that it uses, to count its references, and so copies its page of memory. It
leaves the count of an immortal object alone (PEP 683). None is one, but Python has no function that makes
others, so this module writes the count.
"""

import ctypes
import gc
import sys

IMMORTAL = 0xFFFFFFFF  # the lower half of the count, in CPython 3.12 and 3.13


def freeze() -> None:
    """Prepare this process, which has loaded what it needs, for forking."""
    gc.collect()
    make_all_immortal()
    gc.freeze()  # a collection would write to each object, too


def make_all_immortal() -> bool:
    """Make all objects of this process immortal. Return False if this Python counts differently.

    They are never freed, so call this once, after loading and before forking.
    """
    if not is_possible():
        return False
    count_of = ctypes.c_uint32.from_address
    # Containers, through which the others are found: strings, numbers and code.
    found = gc.get_objects()
    while found:
        each = found.pop()
        count = count_of(id(each))
        if count.value != IMMORTAL:
            count.value = IMMORTAL
            found += gc.get_referents(each)
    return True


def is_possible() -> bool:
    return (
        sys.implementation.name == "cpython"
        and sys.byteorder == "little"
        and "t" not in sys.abiflags  # free-threaded
        and ctypes.c_uint32.from_address(id(None)).value == IMMORTAL
    )
