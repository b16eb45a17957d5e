from django.apps import AppConfig


class JobsConfig(AppConfig):
    """What runs by time, so that no reader's and no editor's request has to."""

    name = "clinic.jobs"
    label = "jobs"
    verbose_name = "Timed jobs"
