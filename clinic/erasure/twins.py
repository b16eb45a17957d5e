"""The same picture or document, uploaded twice: whoever erases one wants to know of the other."""

from .targets import Target


def twins_of(target: Target) -> list[str]:
    """A sentence for each image or document with the very file of one that has to go."""
    named = {(media.model, media.pk) for media in target.media}
    lines = []
    for media in target.media:
        hashes = media.model.objects.filter(pk=media.pk).exclude(file_hash="").values("file_hash")
        for twin in media.model.objects.filter(file_hash__in=hashes).order_by("pk"):
            if (media.model, twin.pk) not in named:
                lines.append(
                    f"The {media.kind} {twin.pk} is the same file as the {media.label}: "
                    f"to erase both, add --{media.kind} {twin.pk}."
                )
    return lines
