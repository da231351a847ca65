"""A sandbox process that crashes on the word "crash"."""

import os
import signal

from blog.sandbox import texts
from blog.sandbox.child import serve


def read_text(data, *rest):
    if b"crash" in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    return texts.read_text(data, *rest)


def main():
    serve({"read": read_text})
