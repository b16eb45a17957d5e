"""What is known of broken links."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from clinic.pages.querysets import visible_to_public

LONGEST = 300


class MissedAddressQuerySet(models.QuerySet):
    """Questions asked of missed addresses."""

    def still_missed(self, root_url_path: str):
        """Those at which readers still find nothing: no redirect, and no public page. The site's
        pages stand below `root_url_path`, the url_path of its home page."""
        to_readers = Q(redirect_page=None) | Q(redirect_page__in=visible_to_public(Page.objects))
        redirects = Redirect.objects.filter(to_readers, old_path=OuterRef("path"))
        url_path = Concat(Value(root_url_path.rstrip("/")), OuterRef("path"), Value("/"))
        pages = visible_to_public(Page.objects.filter(url_path=url_path))
        return self.exclude(Exists(redirects)).exclude(Exists(pages))


class MissedAddress(models.Model):
    """An address at which readers found no page, and the page that sent them there: never who
    they were, nor what they typed."""

    unseen_by_readers = "For editors."
    erased_as_a_whole = "What readers asked for in vain; an address without its words is none."

    path = models.CharField(max_length=LONGEST, help_text="Without a slash at its end.")
    referrer = models.CharField("linked from", max_length=LONGEST, blank=True)
    times = models.PositiveIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    objects = MissedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "missed address"
        verbose_name_plural = "missed addresses"
        constraints = [
            models.UniqueConstraint(fields=["path", "referrer"], name="one_row_a_broken_link")
        ]

    def __str__(self) -> str:
        return self.path
