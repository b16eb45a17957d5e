"""What an administrator does who erases something: looks, then erases exactly what was found."""

from clinic.erasure.findings import Found, look
from clinic.erasure.services import erase
from clinic.erasure.targets import Target, find_target

REASON = "A person was named who had not agreed to it."
NAME = "Zuleika Q. Vantongeren"


def target_of(*texts: str, images=(), documents=()) -> Target:
    return find_target(texts=texts, images=images, documents=documents)


def erase_it(practice, *texts: str, images=(), documents=(), reason: str = REASON) -> Found:
    """Both steps; returns what the first one found. What is left is the caller's to look at."""
    target = target_of(*texts, images=images, documents=documents)
    found = look(target)
    erase(target, by=practice.users["administrators"], reason=reason, code=found.code)
    return found


def places(*texts: str) -> set[str]:
    """Where the words stand now: "app.Model.field"."""
    rows = look(target_of(*texts)).rows
    return {f"{row.model._meta.label}.{row.field.name}" for row in rows}
