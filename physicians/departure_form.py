"""What is asked when a physician's profile leaves the public site."""

from django import forms

from clinic.publishing.withdrawal import WithdrawalForm

from .departures import open_links_to, pages_of
from .models import PhysicianPage


class DepartureForm(WithdrawalForm):
    """Why the profile is withdrawn, and who answers for the physician's pages from now on.

    Withdrawing is never held up: a suspended license has to vanish today.
    """

    successor = forms.ModelChoiceField(
        label="Who answers for their pages from now on?",
        queryset=None,
        required=False,
        empty_label="The practice as a whole",
        help_text="Each of the pages above gets a draft that says so.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        profiles = PhysicianPage.objects.live()
        self.fields["successor"].queryset = profiles.exclude(pk=self.page.pk).order_by("last_name")
        pages, links = pages_of(self.page), open_links_to(self.page)
        self.consequences += (
            "The box, lists and new signatures stop at once. Past bylines and reviews stay as "
            "they were printed, without a link.",
        )
        if pages:
            titles = ", ".join(f"“{page.title}”" for page in pages)
            self.consequences += (f"Credited to them now: {titles}.",)
        else:
            del self.fields["successor"]
        if links:
            self.consequences += (f"{len(links)} private links to them stop working.",)
