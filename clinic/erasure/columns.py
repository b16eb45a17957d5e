"""Which columns are read: every one that holds text, of every table. What is left out is named
here, with its reason; a new model is read without anybody thinking of it.

A model whose rows are made anew from others, or mean nothing without the words, says so itself:
`erased_as_a_whole = "why"`. Its rows go, instead of the words in them.
"""

import re
from collections.abc import Iterator

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import connection, models

# Rows of other people's models that go as a whole.
WHOLE_ROWS = {
    "sessions.Session": "Who is logged in can log in again.",
    "wagtailadmin.FormState": "What someone was typing, and has not saved.",
    "wagtailembeds.Embed": "Asked for again when it is shown.",
    "wagtailimages.Rendition": "Made again when it is shown.",
    "wagtailcore.UploadedFile": "An upload that was never finished.",
    "wagtailredirects.Redirect": "A redirect keeps the words in the address that it starts from.",
    "wagtailsearch.IndexEntry": "Made again from the pages.",
    "wagtailsearchpromotions.Query": "What visitors searched for.",
}
# Columns in which code writes for code; a word there is no one's name, and the site needs it.
CODES = {
    "auth.Permission.codename",
    "auth.User.password",
    "contenttypes.ContentType.app_label",
    "contenttypes.ContentType.model",
    "sessions.Session.session_key",
    "wagtailcore.APIToken.prefix",
    "wagtailcore.Collection.path",
    "wagtailcore.Locale.language_code",
    "wagtailcore.ModelLogEntry.action",
    "wagtailcore.Page.path",
    "wagtailcore.PageLogEntry.action",
    "wagtailcore.ReferenceIndex.content_path",
    "wagtailcore.ReferenceIndex.model_path",
    "wagtailimages.Rendition.filter_spec",
    "wagtailimages.Rendition.focal_point_key",
}
# Fingerprints, of any model.
FINGERPRINT = re.compile(r"(^|_)(hash|digest)$")
# Put together again once what they are made of is clean.
DERIVED = {"wagtailcore.Page.url_path"}
# Written by the database itself, together with another table.
SHADOWS = {"wagtailsearch.SQLiteFTSIndexEntry"}
TEXT_TYPE = re.compile(r"(var)?char|text|json|citext")


def models_to_read() -> Iterator[type[models.Model]]:
    """Every model with a table of its own, those between two models included."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.label not in SHADOWS:
            yield model


def text_fields(model) -> list[models.Field]:
    """The fields of the model's own table that hold text, in any form."""
    return [field for field in model._meta.local_concrete_fields if _holds_text(model, field)]


def goes_as_a_whole(model) -> bool:
    return model._meta.label in WHOLE_ROWS or bool(getattr(model, "erased_as_a_whole", ""))


def is_unique(model, field: models.Field) -> bool:
    """Whether no two rows may have the same value, or, as with a page's slug, should not."""
    if isinstance(field, models.SlugField) or field.unique:
        return True
    together = [set(names) for names in model._meta.unique_together]
    together += [set(constraint.fields) for constraint in _unique_constraints(model)]
    return any(field.name in names for names in together)


def _unique_constraints(model) -> Iterator[models.UniqueConstraint]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield constraint


def _holds_text(model, field: models.Field) -> bool:
    name = f"{model._meta.label}.{field.name}"
    if name in CODES or name in DERIVED or FINGERPRINT.search(field.name):
        return False
    if field.remote_field is not None or isinstance(field, models.UUIDField):
        return False
    if field.name in _ids_of_any_object(model):
        return False
    return bool(TEXT_TYPE.match(field.db_type(connection) or ""))


def _ids_of_any_object(model) -> set[str]:
    """Columns that name an object of any model: they hold its number, as text."""
    return {"object_id", "parent_object_id", "to_object_id"} | {
        field.fk_field
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    }
