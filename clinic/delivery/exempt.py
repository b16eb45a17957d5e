"""What is written without any reader's page changing. Everything else raises the generation.

Our own models say so themselves: `unseen_by_readers = "why"`, or of which columns:
`unseen_columns`. A test asks for every model that it is named here, there, or in the test's own
list of what readers do see.
"""

from django.apps import apps

UNSEEN = {
    "sessions.Session": "Who is logged in.",
    "auth.Permission": "What accounts may do.",
    "auth.Group": "What accounts may do.",
    "auth.User": "Accounts; the record keeps the names it prints as text.",
    "contenttypes.ContentType": "The names of tables.",
    "wagtailadmin.Admin": "Permissions of the admin as a whole.",
    "wagtailadmin.FormState": "What someone is typing.",
    "wagtailcore.APIToken": "What programs may do.",
    "wagtailcore.GroupSitePermission": "What accounts may do.",
    "wagtailadmin.EditingSession": "Who has which page open.",
    "wagtailcore.Revision": "Drafts; going live changes the page itself.",
    "wagtailcore.ModelLogEntry": "The log of the admin.",
    "wagtailcore.PageLogEntry": "The log of the admin.",
    "wagtailcore.PageSubscription": "Who is told of comments.",
    "wagtailcore.Comment": "Editors among themselves.",
    "wagtailcore.CommentReply": "Editors among themselves.",
    "wagtailcore.GroupPagePermission": "What accounts may do.",
    "wagtailcore.GroupCollectionPermission": "What accounts may do.",
    "wagtailcore.GroupApprovalTask": "How drafts are approved.",
    "wagtailcore.Task": "How drafts are approved.",
    "wagtailcore.TaskState": "How drafts are approved.",
    "wagtailcore.Workflow": "How drafts are approved.",
    "wagtailcore.WorkflowContentType": "How drafts are approved.",
    "wagtailcore.WorkflowPage": "How drafts are approved.",
    "wagtailcore.WorkflowState": "How drafts are approved.",
    "wagtailcore.WorkflowTask": "How drafts are approved.",
    "wagtailcore.ReferenceIndex": "Which object names which, for editors.",
    "wagtailcore.UploadedFile": "An upload under way.",
    "wagtailsearchpromotions.Query": "What visitors searched for.",
    "wagtailsearchpromotions.QueryDailyHits": "How often.",
    "wagtailusers.UserProfile": "How someone likes the admin.",
    "taggit.Tag": "How editors sort their images.",
    "taggit.TaggedItem": "How editors sort their images.",
}
# Rows that may come unseen; but what becomes of them later counts.
UNSEEN_AT_FIRST = {
    "wagtailimages.Rendition": "An image in another size, made when a page first shows it.",
}
# Columns that a draft changes on the live page's own row; and one that the search index sets twice
# at each save, from how long all titles are.
HOUSEKEEPING = {
    "wagtailsearch.IndexEntry": {"title_norm"},
    "wagtailcore.Page": {
        *("draft_title", "has_unpublished_changes", "latest_revision_id"),
        *("latest_revision_created_at", "locked", "locked_at", "locked_by_id", "owner_id"),
    },
}


def is_unseen(model) -> bool:
    """Whether writing this model's table changes no reader's page."""
    # A table between two models is its owner's.
    model = model._meta.auto_created or model
    return model._meta.label in UNSEEN or bool(getattr(model, "unseen_by_readers", ""))


def seen_models() -> list:
    """Every model with a table of its own whose rows readers may see something of."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not is_unseen(model)
    ]


def seen_columns(model) -> list[str]:
    """The columns of the model's own table in which a change counts."""
    housekeeping = HOUSEKEEPING.get(model._meta.label, getattr(model, "unseen_columns", set()))
    columns = [field.column for field in model._meta.local_concrete_fields]
    return [column for column in columns if column not in housekeeping]


def is_unseen_at_first(model) -> bool:
    """Whether a new row of this model changes no reader's page."""
    return model._meta.label in UNSEEN_AT_FIRST or is_unseen(model)


def unseen_tables() -> tuple[frozenset[str], frozenset[str]]:
    """The tables that may be written, and those that may get new rows, while finished pages stay
    as they are."""
    models = apps.get_models(include_auto_created=True)
    return tuple(
        frozenset(model._meta.db_table for model in models if may_be_written(model))
        for may_be_written in (is_unseen, is_unseen_at_first)
    )
