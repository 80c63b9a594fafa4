from benchmarks.testing import SearcherContract


class TestZigzag(SearcherContract):
    name = "zigzag"
