"""Who may do what: the four roles of a practice, and what each is given.

Apps add what their own models need with `allow`, when they start.
"""

from django.contrib.auth.models import Group
from django.db import models

WRITERS = "writers"
PHYSICIANS = "physicians"
PUBLISHERS = "publishers"
ADMINISTRATORS = "administrators"

GROUP_NAMES = {
    WRITERS: "Writers",
    PHYSICIANS: "Physicians",
    PUBLISHERS: "Publishers",
    ADMINISTRATORS: "Administrators",
}

# Three kinds of permission: "app.codename" on a model, "page:…" on every page,
# "collection:…" on every image or document.
ALLOWED: dict[str, set[str]] = {role: set() for role in GROUP_NAMES}


def allow(permission: str, *roles: str) -> None:
    """Give `permission` to `roles` the next time roles are set up."""
    for role in roles:
        ALLOWED[role].add(permission)


def allow_crud(model: str, *roles: str) -> None:
    """Give `roles` adding, changing and deleting of "app.modelname"."""
    app, name = model.split(".")
    for verb in ("add", "change", "delete"):
        allow(f"{app}.{verb}_{name}", *roles)


EVERYONE = (WRITERS, PHYSICIANS, PUBLISHERS, ADMINISTRATORS)
EDITORS = (WRITERS, PUBLISHERS, ADMINISTRATORS)
KEEPERS = (PUBLISHERS, ADMINISTRATORS)

allow("wagtailadmin.access_admin", *EVERYONE)
for verb in ("add", "change"):
    allow(f"page:{verb}_page", *EDITORS)
for verb in ("publish", "lock", "unlock"):
    allow(f"page:{verb}_page", *KEEPERS)
allow("page:bulk_delete_page", ADMINISTRATORS)
for app, kind in (("wagtailimages", "image"), ("wagtaildocs", "document")):
    for verb in ("add", "choose"):
        allow(f"collection:{app}.{verb}_{kind}", *EVERYONE)
    allow(f"collection:{app}.change_{kind}", *EDITORS)
    allow(f"collection:{app}.delete_{kind}", ADMINISTRATORS)
allow("pages.change_practicesettings", *KEEPERS)
allow("publishing.correct_note", *KEEPERS)
allow("publishing.erase", ADMINISTRATORS)
allow_crud("wagtailredirects.redirect", *KEEPERS)
for model in ("auth.user", "auth.group", "wagtailcore.collection"):
    allow_crud(model, ADMINISTRATORS)
for model in ("wagtailcore.workflow", "wagtailcore.task", "wagtailcore.site"):
    allow_crud(model, ADMINISTRATORS)


class Role(models.Model):
    """One of the practice's roles: which group plays it, and what it has ever been given.

    What was given once is never given again, so that what the practice takes away stays away.
    """

    unseen_by_readers = "What accounts may do."

    key = models.CharField(max_length=20, unique=True)
    group = models.OneToOneField(Group, null=True, on_delete=models.SET_NULL, related_name="role")
    granted = models.JSONField(default=list)

    def __str__(self) -> str:
        return GROUP_NAMES.get(self.key, self.key)
