"""What is said of a record that cannot be read: where it is broken, what is wrong there, and what to do."""

from __future__ import annotations


class RecordError(Exception):
    """A record is refused whole. `path` is where in the bundle: `entry[3].resource.onsetDateTime`; "" is the bundle.

    RecordError
    └── NoPatientError    nobody is in it
    """

    def __init__(self, path: str, problem: str, fix: str, source: str = "the record") -> None:
        self.path = path
        self.problem = problem
        self.fix = fix
        self.source = source
        super().__init__(path, problem, fix, source)

    def __str__(self) -> str:
        where = f"{self.source}: {self.path}" if self.path else self.source
        return f"{where}: {self.problem}. {self.fix}"


class NoPatientError(RecordError):
    """The bundle can be read, but it is about nobody."""
