"""What the job runner remembers."""

from django.db import models


class JobReport(models.Model):
    """The last time a job ran, and what it said: the practice can see that nothing is stuck."""

    unseen_by_readers = "For whoever looks after the server."

    name = models.CharField(max_length=100, unique=True)
    ran_at = models.DateTimeField()
    succeeded = models.BooleanField()
    outcome = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class RunnerLease(models.Model):
    """Held by the one job runner that may work now; runs out by itself if the runner dies."""

    unseen_by_readers = "For the job runner."

    name = models.CharField(max_length=50, unique=True)
    holder = models.CharField(max_length=64)
    held_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.held_until:%H:%M:%S}"
