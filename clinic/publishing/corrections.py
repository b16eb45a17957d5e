"""Correcting the words of a note that readers have seen: an act of its own, kept in the record."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wagtail.admin import messages

from .history import sentence_of, with_wording
from .models import PublishedVersion
from .services import correct_note


class NoteCorrectionForm(forms.Form):
    """The words that readers should find in the list of updates."""

    use_required_attribute = False

    text = forms.CharField(
        label="What should the note say?",
        help_text="The old wording, your name and the day stay in the record. No date moves.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the note as readers should find it."},
    )


def correct_note_view(request: HttpRequest, version_id: int) -> HttpResponse:
    """Shows the note of one major version as readers see it, and takes a better wording."""
    versions = PublishedVersion.objects.filter(kind=PublishedVersion.Kind.MAJOR)
    version = get_object_or_404(with_wording(versions), pk=version_id)
    page = version.page.specific
    may_publish = page.permissions_for_user(request.user).can_publish()
    if not (may_publish and request.user.has_perm("publishing.correct_note")):
        raise PermissionDenied
    form = NoteCorrectionForm(request.POST or None, initial={"text": sentence_of(version)})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["text"] != sentence_of(version):
            correct_note(version=version, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, f"Readers now see: “{form.cleaned_data['text']}”")
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {"form": form, "version": version, "page": page}
    return render(request, "publishing/correct_note.html", context)
