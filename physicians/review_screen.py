"""The one screen on which physicians sign, shared by the admin and private links.

It shows a text, posts back which text it showed, and exactly that is decided about.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404

from wagtail.models import Revision

from clinic.publishing.digest import content_digest
from clinic.publishing.publication import Publication

from .comparison import Comparison, compare
from .models import Review, ReviewSettings
from .services import STALE, open_review, request_changes, sign

QUESTIONS_CHANGED = (
    "The questions were changed while you were reading. Nothing is signed. Please answer them anew."
)
NOT_ANSWERED = "Nothing is signed yet. Please answer what is marked below."
SIGN, DECLINE = "sign", "decline"
ANSWERS = [("yes", "Yes"), ("no", "No"), ("na", "Does not apply")]
ANSWER_MISSING = "Answer this question before you sign."
NOTE_MISSING = "Write what should change, so that the writer can do it."


@dataclass(frozen=True)
class ReviewScreen:
    """One text, as a physician sees it before deciding."""

    page: Any
    revision: Revision
    content: Any
    digest: str
    before_digest: str
    comparison: Comparison
    last_review: Review | None
    seen_reviews: int
    is_rereview: bool
    waits: bool
    newer_draft: Revision | None

    @property
    def is_signed_text(self) -> bool:
        """Whether this very text was signed last."""
        return self.last_review is not None and self.before_digest == self.digest

    @property
    def dates_in_words(self) -> str:
        """What readers will see once this text is public."""
        return Publication.if_published_now(self.content).in_words


def build_screen(*, page, revision: Revision, request) -> ReviewScreen:
    """The screen for `revision` of `page` (specific), set against the text signed last."""
    content = revision.as_object()
    digest = content_digest(content)
    reviews = list(page.reviews.select_related("revision"))
    last_review = reviews[-1] if reviews else None
    before = last_review.revision.as_object() if last_review else None
    state = open_review(page)
    latest = page.get_latest_revision()
    has_newer = latest is not None and latest.pk > revision.pk
    return ReviewScreen(
        page=page,
        revision=revision,
        content=content,
        digest=digest,
        before_digest=content_digest(before) if before else "",
        comparison=compare(before, content, request),
        last_review=last_review,
        seen_reviews=len(reviews),
        is_rereview=page.live and content_digest(page) == digest,
        waits=state is not None and state.revision_id == revision.pk,
        newer_draft=latest if has_newer and content_digest(latest.as_object()) != digest else None,
    )


def why_look_again(posted, screen_of: Revision) -> str:
    """Why what was posted is about something else than what waits now (the text `screen_of`, the
    practice's questions), as a sentence; empty if it is not. Ask before the answers are looked at:
    who only mends one would else decide about a text unseen."""
    seen = (posted.get("revision"), posted.get("digest"))
    if seen != (str(screen_of.pk), content_digest(screen_of.as_object())):
        return STALE
    asked = questions_digest()
    return "" if posted.get("questions", asked) == asked else QUESTIONS_CHANGED


def questions_digest() -> str:
    """Stands for the checklist as the practice asks it now."""
    return hashlib.sha256("\n".join(ReviewSettings.load().questions).encode()).hexdigest()[:16]


class DecisionForm(forms.Form):
    """What the physician decided, about which text, with the answers to the checklist."""

    use_required_attribute = False

    revision = forms.IntegerField(widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen_reviews = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[(SIGN, "Sign"), (DECLINE, "Ask for changes")])
    note = forms.CharField(
        label="Comment",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For your colleagues; readers never see it. Needed if you ask for changes.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = ReviewSettings.load().questions
        for number, question in enumerate(self.questions):
            self.fields[f"check_{number}"] = forms.ChoiceField(
                label=question, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )

    @classmethod
    def anew(cls, posted) -> "DecisionForm":
        """To be answered for again, about the text as it is now; only the comment is kept."""
        return cls(initial={"note": posted.get("note", "")})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("decision") == SIGN:
            for number in range(len(self.questions)):
                if not cleaned.get(f"check_{number}"):
                    self.add_error(f"check_{number}", ANSWER_MISSING)
        elif cleaned.get("decision") == DECLINE and not cleaned.get("note", "").strip():
            self.add_error("note", NOTE_MISSING)
        return cleaned

    @property
    def questions_digest(self) -> str:
        return questions_digest()

    @property
    def check_fields(self) -> list[forms.BoundField]:
        return [self[f"check_{number}"] for number in range(len(self.questions))]

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Question and answer, in words."""
        words = dict(ANSWERS)
        return [
            (question, words.get(self.cleaned_data.get(f"check_{number}"), ""))
            for number, question in enumerate(self.questions)
        ]


def decide(
    form: DecisionForm, *, page, signer, method: str, account=None, asked_by: str = ""
) -> str:
    """Carry out a valid form's decision. Returns what was done, as a sentence; raises
    ReviewRefused or PublicationRefused, with sentences, if nothing was done."""
    data = form.cleaned_data
    revision = get_object_or_404(Revision.page_revisions, pk=data["revision"], object_id=page.pk)
    if data["decision"] == DECLINE:
        request_changes(
            page=page, revision=revision, signer=signer, note=data["note"], account=account
        )
        return f"“{page.title}” went back with your comment. Readers see no change."
    sign(
        page=page,
        revision=revision,
        digest=data["digest"],
        signer=signer,
        method=method,
        account=account,
        asked_by_name=asked_by,
        note=data["note"],
        checklist=form.answers,
        seen_reviews=data["seen_reviews"],
    )
    live = type(page).objects.get(pk=page.pk)
    if live.live and content_digest(live) == data["digest"]:
        return f"Signed. Readers now see the text of “{live.title}” that you read."
    if page.current_workflow_state and page.current_workflow_state.current_task_state:
        return f"Signed. “{live.title}” goes live after the next step of its workflow."
    if live.scheduled_revision:
        return f"Signed. “{live.title}” goes live as it is scheduled, with your signature."
    return f"Signed, but “{live.title}” could not be published: its form says what is in the way."
