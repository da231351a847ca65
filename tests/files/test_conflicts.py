"""A transaction that lost a conflict is repeated, also as a job."""

import pytest
from django.db import OperationalError, connection, transaction

from blog import jobs
from blog.files.conflicts import ATTEMPTS, repeat_on_conflict
from blog.jobs import registry
from blog.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


class Losing:
    """An act that loses this many conflicts before it succeeds."""

    def __init__(self, times, sqlstate="40P01"):
        self.left, self.sqlstate, self.calls = times, sqlstate, 0

    def __call__(self, *arguments):
        self.calls += 1
        if self.left:
            self.left -= 1
            cause = Exception("conflict")
            cause.sqlstate = self.sqlstate
            raise OperationalError("conflict") from cause
        return {"done": True}


class TestRepetition:
    @pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
    def test_of_a_lost_conflict(self, sqlstate):
        act = Losing(ATTEMPTS - 1, sqlstate)

        assert repeat_on_conflict(act) == {"done": True}
        assert act.calls == ATTEMPTS

    @pytest.mark.parametrize(("times", "sqlstate", "calls"), [(ATTEMPTS, "40P01", ATTEMPTS), (1, "53100", 1)])
    def test_ends(self, times, sqlstate, calls):
        act = Losing(times, sqlstate)

        with pytest.raises(OperationalError):
            repeat_on_conflict(act)
        assert act.calls == calls

    def test_never_within_a_transaction_that_is_lost(self):
        act = Losing(1)

        with transaction.atomic(), pytest.raises(OperationalError):
            repeat_on_conflict(act)
        assert act.calls == 1
        assert not connection.in_atomic_block

    def test_of_a_job(self, monkeypatch, run_jobs):
        monkeypatch.setattr(registry, "_kinds", {})
        jobs.job("try")(act := Losing(2))

        jobs.start("try")
        [job] = run_jobs()

        assert (job.state, job.result, act.calls) == (Job.State.DONE, {"done": True}, 3)
