from benchmarks.testing import TrainableContract


class TestFree(TrainableContract):
    name = "free"
