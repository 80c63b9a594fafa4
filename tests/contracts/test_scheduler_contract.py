from benchmarks.testing import SchedulerContract


class TestSchedulers(SchedulerContract):
    name = "*"
