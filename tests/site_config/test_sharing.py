"""What a process does so that those that it forks copy few pages of its memory."""

import ctypes
import subprocess
import sys

import pytest

from tests.support.servers import ROOT

IMMORTAL = """
import sys
from site_config.sharing import make_all_immortal

text = "".join(["tide", "s"])
held = [text]

def counts():
    return [sys.getrefcount(each) for each in (text, held, counts)]

assert make_all_immortal()
before = counts()
more = [(text, held, counts) for _ in range(10)]
print(before == counts(), sys.getrefcount(more) < 10)
"""
GAPS = """
import ctypes
from site_config.sharing import fill_gaps

class Figures(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena free_pieces a b c d e f g h".split()]

def free_pieces():
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = Figures
    return library.mallinfo2().free_pieces

texts = [bytes(1000) for _ in range(1000)]
del texts[::2]
before = free_pieces()
fill_gaps()
print(before > 400, free_pieces() < 20)
"""


def printed(script) -> list[str]:
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.split()


def test_references_to_immortal_objects_are_not_counted():
    assert printed(IMMORTAL) == ["True", "True"]


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33")
def test_gaps_between_used_memory_are_filled():
    assert printed(GAPS) == ["True", "True"]
