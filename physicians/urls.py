"""Addresses below /review/ that only their receivers know. Whatever stands there is answered, so
that a mistyped one gets no other answer than one that has ended."""

from django.urls import path, re_path

from .link_views import ConfirmAddressView, LinkView

urlpatterns = [
    path("confirm/<str:token>/", ConfirmAddressView.as_view(), name="physicians_confirm_email"),
    re_path(r"^confirm/(?P<token>.+)$", ConfirmAddressView.as_view()),
    path("<str:token>/", LinkView.as_view(), name="physicians_link"),
    re_path(r"^(?P<token>.+)$", LinkView.as_view()),
]
