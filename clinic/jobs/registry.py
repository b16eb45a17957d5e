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

    def register(self, name: str, run: Callable[[], str], *, first: bool = False) -> None:
        """Add a job at the end of each round; or `first`, where people wait for it to the minute
        and no other job may keep it waiting."""
        job = {name: Job(name, run)}
        self._jobs = job | self._jobs if first else self._jobs | job

    def __iter__(self):
        return iter(self._jobs.values())


jobs = JobRegistry()
