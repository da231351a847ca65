"""New references to objects that were made immortal do not write to these."""

import subprocess
import sys

from tests.support.servers import ROOT

SCRIPT = """
import sys
from site_config.immortal import make_all_immortal

text = "".join(["tide", "s"])
held = [text]

def counts():
    return [sys.getrefcount(each) for each in (text, held, counts)]

assert make_all_immortal()
before = counts()
more = [(text, held, counts) for _ in range(10)]
print(before == counts(), sys.getrefcount(more) < 10)
"""


def test_references_are_no_longer_counted():
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.split() == ["True", "True"]
