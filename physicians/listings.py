"""What physicians hang into pages of the rooms below."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from clinic.pages.contributions import Section, url_of_list
from clinic.pages.frame import Links
from clinic.publishing.models import PublishedVersion

ON_HOME = 6


def physicians_for_home(request: HttpRequest) -> Section:
    from .models import PhysicianPage

    physicians = list(PhysicianPage.objects.visible_to_public().for_listing().with_list()[:ON_HOME])
    return Section(
        title="Find a physician",
        template="physicians/physician_row.html",
        items=physicians,
        more_url=url_of_list(physicians[0], request) if physicians else "",
        more_text="All physicians, by language and more",
    )


def seen_at(location) -> Links:
    """The physicians who see patients at `location`."""
    from .models import PhysicianLocation

    return Links(PhysicianLocation.objects.filter(location=location), "physician")


def reviewed_by(physician) -> Links:
    """The pages whose text, as readers see it, carries a signature of `physician`: the text signed
    is the newest that readers were told about, or a small edit of it."""
    from .models import Review

    versions = PublishedVersion.objects.filter(page=OuterRef("page"))
    later = PublishedVersion.objects.counted().filter(page=OuterRef("page"), pk__gt=OuterRef("pk"))
    same_text = Q(revision=OuterRef("revision")) | Q(digest=OuterRef("digest"))
    current = versions.filter(same_text).filter(~Exists(later))
    return Links(Review.objects.filter(Exists(current), signer=physician), "page")
