from benchmarks.testing import TrainableContract


class TestFunction(TrainableContract):
    name = "function"


class TestFunctionThatSaves(TrainableContract):
    name = "function-saves"
