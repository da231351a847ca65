"""Limited processes: what they survive, what they do not, and who notices."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import ResolvedImage
from blog.sandbox import calls, pool
from blog.sandbox.child import Task
from blog.sandbox.pool import FairSemaphore, Pool, on_behalf_of
from blog.sandbox.process import Process, ProcessKind
from blog.sandbox.refusals import Refusal, RefusedError
from tests.support.processes import wait_until_gone
from tests.support.servers import wait_until

PATIENT = 60  # seconds: no test waits that long
ODD = ProcessKind("tests.support.misbehaving_tasks", 200)


@pytest.fixture
def odd():
    """A pool of two processes that do odd things."""
    odd = Pool(ODD, size=2, waiting=4, patience=PATIENT)
    yield odd
    odd.close()


def refusal(function, *arguments, **options):
    """Return the refusal with which a call ends."""
    with pytest.raises(RefusedError) as caught:
        function(*arguments, **options)
    return caught.value


class TestRendering:
    def test_is_what_the_one_door_makes(self):
        text = "## A\n\n```python\nx = 1\n```\n\n![b](https://example.org/b.png) ![c](c.png)\n"

        assert calls.render(text, title="T") == render_markdown(text, title="T")

    def test_shows_the_images_that_it_is_given(self):
        images = {"c.png": ResolvedImage("/media/c.png", 4, 3), "https://example.org/gone.png": None}
        text = "![c](c.png)\n\n![gone](https://example.org/gone.png)\n\n![d](https://example.org/d.png)\n"

        html = calls.render(text, images=images).html

        assert 'src="/media/c.png"' in html
        assert "example.org/gone.png" not in html
        assert 'src="https://example.org/d.png"' in html


class TestQuestions:
    @pytest.fixture
    def process(self):
        process = Process(ODD)
        process.wait_until_ready()
        yield process
        process.end()

    def test_reach_the_parent_with_the_task_that_asks(self, process):
        tasks = [Task("ask", (number,), 9) for number in (1, 2)]

        assert process.answers(tasks, lambda task, number: (task.arguments, number)) == [
            ((1,), 1),
            ((2,), 2),
        ]

    def test_the_wait_for_the_answer_is_no_time_of_the_task(self, process):
        task = Task("ask", (), 0.1)

        assert process.answers([task], lambda _: time.sleep(0.4)) == [None]


class TestPool:
    def test_a_process_is_used_again(self, odd):
        assert odd.ask("pid", seconds=9) == odd.ask("pid", seconds=9)

    def test_no_more_run_at_once_than_it_may_have(self, odd):
        with ThreadPoolExecutor(6) as threads:
            pids = set(threads.map(lambda _: odd.ask("sleep", 0.1, seconds=9), range(6)))

        assert len(pids) == 2

    def test_each_thread_gets_its_own_answer(self, odd):
        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(lambda number: odd.ask("echo", number, seconds=9), range(6)))

        assert answers == list(range(6))

    @pytest.mark.parametrize(
        ("function", "code", "words"),
        [
            ("spin", Refusal.TIME, "seconds=0.2"),
            ("stop", Refusal.TIME, "seconds=0.2"),
            ("fill", Refusal.MEMORY, "megabytes=200"),
            ("die", Refusal.CRASH, "SIGKILL"),
            ("fail", Refusal.ERROR, "ZeroDivisionError"),
        ],
    )
    def test_whatever_becomes_of_a_process_is_a_refusal_and_the_next_one_answers(
        self, odd, monkeypatch, function, code, words
    ):
        monkeypatch.setattr("blog.sandbox.process.GRACE_SECONDS", 0.3)

        error = refusal(odd.ask, function, seconds=0.2 if code == Refusal.TIME else PATIENT)

        assert error.code == code
        assert words in str(error)
        assert odd.ask("echo", 1, seconds=PATIENT) == 1

    def test_unexpected_error_is_in_the_log_only(self, odd, caplog):
        error = refusal(odd.ask, "fail", seconds=PATIENT)

        assert error.values["cause"] == "an unexpected error, see the log of the server"
        assert "ZeroDivisionError" in caplog.text

    def test_one_that_died_while_it_waited_is_replaced(self, odd):
        pid = odd.ask("pid", seconds=9)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: is_dead(pid))

        assert odd.ask("pid", seconds=9) != pid

    def test_one_that_nobody_asks_for_long_ends_and_is_replaced(self, odd, monkeypatch):
        monkeypatch.setattr(pool, "IDLE_SECONDS", 0.1)
        pid = odd.ask("pid", seconds=9)
        wait_until(lambda: is_dead(pid))

        assert odd.ask("pid", seconds=9) != pid

    def test_one_besides_the_first_ends_sooner(self, monkeypatch):
        monkeypatch.setattr(pool, "SURPLUS_IDLE_SECONDS", 0.1)
        two = Pool(ODD, size=2, waiting=0, patience=PATIENT)
        first, second = two._take(), two._take()
        two._idle.extend([second, first])

        wait_until(lambda: not second.is_alive)
        assert first.is_alive
        two.close()

    def test_one_that_ends_for_want_of_work_just_as_it_is_asked_is_replaced(self, odd, tmp_path):
        pid = odd.ask("pid", seconds=9)

        assert odd.ask("leave", str(tmp_path / "left"), seconds=9) != pid

    def test_one_that_is_killed_at_work_is_replaced_once(self, odd, tmp_path):
        pid = odd.ask("pid", seconds=9)

        assert odd.ask("die_once", str(tmp_path / "died"), seconds=9) != pid

    def test_one_that_is_killed_while_it_starts_is_replaced(self, odd, monkeypatch):
        wait_until_ready, killed = Process.wait_until_ready, []

        def kill_first(process, seconds):
            if not killed:
                killed.append(process)
                process.process.kill()
            wait_until_ready(process, seconds)

        monkeypatch.setattr(Process, "wait_until_ready", kill_first)

        assert odd.ask("echo", 1, seconds=9) == 1

    def test_a_process_that_does_not_start_is_a_refusal(self):
        broken = Pool(ProcessKind("tests.no_such_module", 512), size=1, waiting=1, patience=1)

        assert refusal(broken.ask, "pid", seconds=1).is_passing

    def test_one_that_is_asked_too_much_says_so_at_once(self):
        small = Pool(ODD, size=1, waiting=0, patience=PATIENT)
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(small.ask, "sleep", 1, seconds=9)
            time.sleep(0.1)

            assert refusal(small.ask, "pid", seconds=9).code == Refusal.BUSY
            assert first.result()
        small.close()

    def test_a_forked_process_starts_processes_of_its_own(self, odd):
        pid = odd.ask("pid", seconds=9)
        reading, writing = os.pipe()
        if os.fork() == 0:
            theirs = odd.ask("pid", seconds=9)
            os.write(writing, str(theirs).encode())
            odd.close()
            os._exit(0)
        theirs = int(os.read(reading, 20))
        os.wait()
        os.close(reading)
        os.close(writing)

        assert theirs != pid
        assert odd.ask("pid", seconds=9) == pid

    def test_none_is_left_when_it_is_closed(self, odd):
        pid = odd.ask("pid", seconds=9)

        odd.close()

        assert wait_until_gone([pid]) == []


class TestTurns:
    def test_come_in_the_order_of_asking(self):
        turns, order = FairSemaphore(1, waiting=9), []

        def take(number):
            with turns.turn(PATIENT):
                order.append(number)

        with ThreadPoolExecutor(5) as threads, turns.turn(PATIENT):
            for number in range(5):
                threads.submit(take, number)
                wait_until(lambda number=number: len(turns._waiting) == number + 1)

        assert order == [0, 1, 2, 3, 4]

    def test_nobody_waits_for_longer_than_their_patience(self):
        turns = FairSemaphore(1, waiting=9)
        with turns.turn(PATIENT):
            assert refusal(turns.turn(0.05).__enter__).code == Refusal.BUSY
        with turns.turn(0.05):
            pass

    def test_a_user_has_a_share_of_them(self):
        turns = FairSemaphore(2, waiting=4, share=2)
        with on_behalf_of(1), turns.turn(1), turns.turn(1):
            started = time.monotonic()
            assert refusal(turns.turn(PATIENT).__enter__).code == Refusal.BUSY
            assert time.monotonic() - started < PATIENT / 2  # at once
            with on_behalf_of(2):  # there is room to wait
                started = time.monotonic()
                assert refusal(turns.turn(0.2).__enter__).code == Refusal.BUSY
                assert time.monotonic() - started >= 0.2
        with on_behalf_of(1), turns.turn(1), turns.turn(1):
            pass

    def test_readers_and_jobs_have_no_share(self):
        turns = FairSemaphore(3, waiting=0, share=2)
        with turns.turn(1), turns.turn(1), turns.turn(1):
            assert refusal(turns.turn(1).__enter__).code == Refusal.BUSY

    def test_one_that_fails_leaves_its_place(self):
        turns = FairSemaphore(1, waiting=0)
        with pytest.raises(ZeroDivisionError), turns.turn(1):
            raise ZeroDivisionError
        with turns.turn(1):
            pass


def is_dead(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "Z"
