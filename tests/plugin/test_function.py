from benchmarks.testing import TrainableContract


class TestFunction(TrainableContract):
    name = "function"
