"""The truth about what readers see: one number, raised by every change of it."""

from django.db import models


class Generation(models.Model):
    """The one row whose number is raised inside every transaction that changes what readers may
    see. The database does it itself (triggers.py), whoever writes: a page finished under this
    number is the page as it is now."""

    ONLY = 1
    unseen_by_readers = "The count of changes is not one itself."

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_generation")
        ]

    def __str__(self) -> str:
        return f"Generation {self.number}"


class Moment(models.Model):
    """When a generation became what readers see, and what had been written: the archive's clock.

    Noted right after the commit, by the writer or by the first renderer that meets the number.
    Numbers of which nobody saw anything may be missing.
    """

    unseen_by_readers = "When changes were made."

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Generation {self.number} at {self.at:%Y-%m-%d %H:%M:%S}"


class EdgeCopy(models.Model):
    """What a CDN in front of the site was last seen to give at one address."""

    unseen_by_readers = "What a CDN has been told."

    path = models.CharField(max_length=500, unique=True)
    etag = models.CharField(max_length=80)
    # The generation in which all addresses were last seen to be right.
    number = models.PositiveBigIntegerField(default=0, db_index=True)

    def __str__(self) -> str:
        return self.path
