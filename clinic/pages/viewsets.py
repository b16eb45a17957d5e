"""Alerts in the admin: what readers are told today, and until when."""

from django.template.response import TemplateResponse
from django.utils import timezone

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CopyView, CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from clinic.publishing.templatetags.publishing_tags import practice_date

from .models import Alert

IN_WORDS = "M j, Y, P"


def where(alert: Alert) -> str:
    return alert.location.title if alert.location else "Every page"


def when(alert: Alert) -> str:
    """From when until when readers see it, on the practice's clock."""
    start = practice_date(alert.starts_at, IN_WORDS)
    end = practice_date(alert.ends_at, IN_WORDS)
    return f"{start} to {end}" if end else f"From {start}, until you end it"


class OnThePracticesClock:
    """A form whose times are the practice's, wherever its editor is."""

    def dispatch(self, request, *args, **kwargs):
        with timezone.override(timezone.get_default_timezone()):
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
        return response


class AlertsView(IndexView):
    """All alerts, the latest first."""

    queryset = Alert.objects.select_related("location")


class AddAlertView(OnThePracticesClock, CreateView):
    """Putting up an alert."""


class CopyAlertView(OnThePracticesClock, CopyView):
    """Putting up one that starts as a copy."""


class EditAlertView(OnThePracticesClock, EditView):
    """Changing an alert, or ending it."""


class AlertViewSet(ModelViewSet):
    """Alerts in the admin's menu: what readers are told, where, and from when until when."""

    model = Alert
    name = "alerts"
    icon = "warning"
    menu_label = "Alerts"
    menu_order = 110
    add_to_admin_menu = True
    list_display = [
        TitleColumn("text", label="Text", url_name="alerts:edit"),
        Column("kind", label="Kind", accessor="get_kind_display"),
        Column("where", label="Where", accessor=where),
        Column("when", label="When", accessor=when),
        Column("now", label="Do readers see it now?", accessor="state_now"),
    ]
    index_view_class = AlertsView
    add_view_class = AddAlertView
    copy_view_class = CopyAlertView
    edit_view_class = EditAlertView


alert_viewset = AlertViewSet()
