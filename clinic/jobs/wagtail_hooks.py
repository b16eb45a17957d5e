"""Registers the job runner's word on the dashboard."""

from wagtail import hooks

from .panels import JobsPanel


@hooks.register("construct_homepage_panels")
def add_jobs_panel(request, panels):
    panels.append(JobsPanel())
