from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """How what should never have been published leaves every version, copy and file."""

    name = "clinic.erasure"
    label = "erasure"
    verbose_name = "Erasure"
