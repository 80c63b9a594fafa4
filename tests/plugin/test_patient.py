import pytest

from benchmarks.testing import SchedulerContract


@pytest.mark.slow
class TestPatient(SchedulerContract):
    name = "patient"
