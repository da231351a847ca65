"""Pytest plugin that writes each outcome to a file immediately, for tests/support/parts.py."""


def pytest_addoption(parser):
    parser.addoption("--outcomes", required=True, help="the file for the outcomes, a line each")


def pytest_configure(config):
    config.pluginmanager.register(OutcomeWriter(config.option.outcomes))


class OutcomeWriter:
    def __init__(self, path):
        self.file = open(path, "w", buffering=1)  # noqa: SIM115 -- open as long as pytest runs

    def write(self, outcome, subject):
        self.file.write(f"{outcome} {subject}\n")

    def pytest_collection_finish(self, session):
        self.write("collected", len(session.items))

    def pytest_collectreport(self, report):
        if report.failed:
            self.write("failed", report.nodeid)

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or not report.passed:
            self.write(report.outcome, report.nodeid)
