"""Registers the sending of private links in Wagtail's admin."""

from django.urls import path

from wagtail import hooks

from .link_admin import SendLinkView


@hooks.register("register_admin_urls")
def register_link_screen():
    return [
        path("reviews/<int:page_id>/send/", SendLinkView.as_view(), name="physicians_send_link")
    ]
