"""Ctrl+C ends a command at its next step, wherever it was pressed. A bar shows the progress until then."""

import os
import signal
import sys

import pytest

from blog.management.terminal import Progress, deferred_interrupt


class InterruptedWhenFreed:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)


def freed_with_ctrl_c():
    InterruptedWhenFreed()


def interrupted_at_each_step(step):
    with deferred_interrupt() as stop_if_interrupted:
        for number in range(1, 4):
            stop_if_interrupted()
            step(number)


def test_an_interruption_that_python_drops_ends_the_next_step(monkeypatch):
    dropped, steps = [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: dropped.append(unraisable.exc_type))

    def step(number):
        steps.append(number)
        if number == 2:
            freed_with_ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        interrupted_at_each_step(step)
    assert steps == [1, 2]
    assert dropped == [KeyboardInterrupt]


def test_an_interruption_that_falls_into_the_last_step_is_not_lost(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: None)

    with pytest.raises(KeyboardInterrupt):
        interrupted_at_each_step(lambda number: freed_with_ctrl_c() if number == 3 else None)


def test_handlers_of_others_stay():
    with deferred_interrupt():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with deferred_interrupt() as stop_if_interrupted:
            os.kill(os.getpid(), signal.SIGINT)
            stop_if_interrupted()
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_note_is_shown_behind_the_number(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    progress = Progress(3, shown=True)

    progress.note(", 2 images")

    assert capsys.readouterr().err.endswith("] 0/3 files, 2 images")
