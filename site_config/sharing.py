"""Sharing of memory between a process and those that it forks, which copy each page that they write to.

Python writes to each object that it uses, to count its references. It leaves the count of an immortal object
alone (PEP 683). None is one, but Python has no function that makes others, so this module writes the count.

The C library writes to free pieces of memory, between used ones in thousands of pages, when it looks for one.
"""

import ctypes
import gc
import sys

IMMORTAL = 0xFFFFFFFF  # the lower half of the count, in CPython 3.12 and 3.13
PIECES = [2**power for power in range(16, 3, -1)]  # bytes
MOST_BYTES = 4_000_000


def prepare_for_forks() -> None:
    """Prepare this process, which has loaded what it needs, for forking."""
    gc.collect()
    make_all_immortal()
    gc.freeze()  # a collection would write to each object, too
    fill_gaps()


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


def fill_gaps() -> None:
    """Take the free pieces of memory, 0.5 MB in all, so that forked processes take theirs from its end."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):  # not glibc
        return
    library.malloc_trim(0)  # so that the heap has no free memory at its end
    library.malloc.restype = library.sbrk.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    end, taken = library.sbrk(0), 0
    for size in PIECES:
        while (library.malloc(size) or end) < end and taken < MOST_BYTES:
            taken += size
