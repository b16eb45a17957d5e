"""Who may do what with the images and documents that pages show."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permissions import register_permission_policy


class LibraryPermissionPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's rule for images and documents, but for deleting: whoever may change a file, or has
    added it, may not therefore delete it. It would vanish at once from all pages that show it,
    signed ones too, and nobody would have published that."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        if action == "delete":
            return self._check_perm(user, ["delete"])
        return super().user_has_permission(user, action)

    def user_has_any_permission_for_instance(
        self, user: AbstractBaseUser, actions: Iterable[str], instance: Model
    ) -> bool:
        others = set(actions) - {"delete"}
        if others != set(actions) and self._check_perm(user, ["delete"], instance.collection):
            return True
        return bool(others) and super().user_has_any_permission_for_instance(user, others, instance)


def guard_library(model: type[Model]) -> None:
    """Make the rule that of `model`, images or documents."""
    policy = LibraryPermissionPolicy(model, owner_field_name="uploaded_by_user")
    # Wagtail registers its rule for the class and its heirs; one for exactly the class goes before.
    register_permission_policy(model, policy, exact_class=True)
