from benchmarks.testing import SchedulerContract


class TestPatient(SchedulerContract):
    name = "patient"
