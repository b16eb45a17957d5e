"""The list of jobs: apps add theirs when they start."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """Something due by time. `run` does it and returns what it did, as a sentence."""

    name: str
    run: Callable[[], str]


class JobRegistry:
    """All jobs of the site, in the order in which they run."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def register(self, name: str, run: Callable[[], str]) -> None:
        self._jobs[name] = Job(name, run)

    def __iter__(self):
        return iter(self._jobs.values())


jobs = JobRegistry()
