"""What is asked before a page leaves the public site."""

from django import forms

from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

SUBMITTED = (
    "A text of this page waits to be approved. It stays a draft, and nobody can approve it until "
    "it is submitted again."
)


class WithdrawalForm(forms.Form):
    """Why a page leaves the public site, and where its readers should go."""

    # Ours says what to do; the browser's own "Please fill out this field" does not.
    use_required_attribute = False

    def __init__(self, *args, page=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = page
        # Sentences on what else happens, shown above the questions.
        is_submitted = page is not None and page.workflow_in_progress
        self.consequences: tuple[str, ...] = (SUBMITTED,) if is_submitted else ()

    reason = forms.CharField(
        label="Why is it withdrawn?",
        help_text="One sentence that readers who come to the old address will see, such as "
        "“We no longer offer this procedure.”",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say in one sentence why the page is withdrawn."},
    )
    replacement = forms.ModelChoiceField(
        label="Which page should they read instead?",
        queryset=Page.objects.live(),
        required=False,
        widget=AdminPageChooser,
        help_text="Optional. Only a page that is live now.",
        error_messages={"invalid_choice": "Choose a page that is live now, or none."},
    )


class BulkWithdrawalForm(WithdrawalForm):
    """The same question for several pages withdrawn together."""

    include_descendants = forms.BooleanField(
        required=False, label="Also withdraw the pages below them"
    )
