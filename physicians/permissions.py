"""Who may do what to a profile."""

from clinic.publishing.permissions import RecordedPagePermissionTester

from .accounts import owns_profile


class ProfilePermissionTester(RecordedPagePermissionTester):
    """As for any page, and: physicians edit, and submit, their own profile and no other."""

    def can_edit(self) -> bool:
        if super().can_edit():
            return True
        return self.user.is_active and owns_profile(self.user, self.page.pk)

    def can_copy(self) -> bool:
        # Copying asks "may it be edited?"; a physician's own profile is one of a kind.
        return super().can_edit()
