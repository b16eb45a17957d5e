"""What a browser sends when an editor presses a button."""

from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

ACTIONS = {"save": {}, "publish": {"action-publish": "1"}, "submit": {"action-submit": "1"}}
COMMENTS = {"comments": inline_formset([])}


def section_data(kind: str, text: str) -> tuple[str, dict]:
    """One section of one paragraph."""
    body = streamfield([("text", rich_text(f"<p>{text}</p>"))])
    return kind, {"heading": "", "body": body}


def procedure_data(page, *, action: str = "save", overview: str | None = None, **changes) -> dict:
    """The whole form of a procedure as `page` has it, with `changes`, and a button pressed.
    `overview=""` leaves that section unwritten."""
    if overview is None:
        overview = "A thin needle is used."
    sections = [section_data("overview", overview)] if overview else []
    data: dict[str, Any] = {
        "title": page.title,
        "slug": page.slug,
        "seo_title": "",
        "search_description": "",
        "also_called": page.also_called,
        "summary": page.summary,
        "credited_physician": page.credited_physician_id or "",
        "anaesthesia": page.anaesthesia,
        "setting": page.setting,
        "length": page.length,
        "recovery": page.recovery,
        "body_area": page.body_area_id or "",
        "sections": streamfield(sections),
        "references": streamfield([]),
        "treated_conditions": inline_formset([]),
        "performing_physicians": inline_formset([]),
        "related_procedures": inline_formset([]),
        "change_kind": "",
        "change_note": "",
        "go_live_at": "",
        "expire_at": "",
        **COMMENTS,
        **ACTIONS[action],
        **changes,
    }
    return nested_form_data(data)


def physician_data(page, *, action: str = "save", **changes) -> dict:
    """The whole form of a physician."""
    names = ("name_prefix", "first_name", "middle_name", "last_name", "degrees", "npi")
    licence = ("licence_type", "licence_region")
    others = ("own_label", "tagline", "photo_alt", "languages", "booking_link")
    data: dict[str, Any] = {
        **{name: getattr(page, name) for name in names + licence + others},
        "licence_valid_until": "",
        "specialty": page.specialty_id or "",
        "photo": "",
        "biography": rich_text(page.biography),
        "credentials": streamfield([]),
        "locations": inline_formset([]),
        "availability_confirmed_on": "",
        "seo_title": "",
        "search_description": "",
        "change_kind": "",
        "change_note": "",
        "go_live_at": "",
        "expire_at": "",
        **COMMENTS,
        **ACTIONS[action],
        **changes,
    }
    return nested_form_data(data)


def edit(client: Client, page, data: dict, **headers):
    """POST the page's edit form."""
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, **headers)


def autosave(client: Client, page, data: dict, *, overwrite: int | None = None):
    """What the editor's browser sends by itself a few seconds after typing."""
    if overwrite:
        data = {**data, "overwrite_revision_id": str(overwrite)}
    return edit(client, page, data, headers={"accept": "application/json"})


def create(client: Client, parent, model, data: dict):
    """POST the form of a new page below `parent`."""
    names = (model._meta.app_label, model._meta.model_name, parent.pk)
    return client.post(reverse("wagtailadmin_pages:add", args=names), data)


def bulk(client: Client, action: str, pages, **data):
    """Choose `pages` in the explorer, press a bulk button and confirm."""
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    ids = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"{address}?{ids}&next=/admin/", data, follow=True)


def withdraw(client: Client, page, **data):
    """Confirm "Unpublish"."""
    data.setdefault("reason", "We no longer offer this.")
    return client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]), data, follow=True)


def errors(response) -> dict[str, list[str]]:
    """The sentences shown beside the fields of a form that was refused."""
    form = response.context["form"]
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


def messages(response) -> str:
    """The sentences shown at the top of the page an editor was sent to."""
    return " ".join(str(message) for message in response.context["messages"])
