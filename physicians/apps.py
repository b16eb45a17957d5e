from django.apps import AppConfig


class PhysiciansConfig(AppConfig):
    """Who the physicians are, what they may call themselves, what they answer for."""

    name = "physicians"
    verbose_name = "Physicians"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from wagtail.signals import page_unpublished

        from clinic.delivery.contributions import archive_facts
        from clinic.erasure.registry import erasers
        from clinic.jobs.registry import jobs
        from clinic.pages.api import router
        from clinic.pages.contributions import home_sections, kept_from_search, set_up_steps
        from clinic.pages.page_links import location_links
        from clinic.pages.roles import ADMINISTRATORS, KEEPERS, allow, allow_crud
        from clinic.publishing.permissions import EVIDENCE

        from . import erasing, kinds, signal_handlers
        from .api import PhysiciansAPI
        from .archive_facts import review_then
        from .digests import send_review_digests
        from .listings import physicians_for_home, reviewed_by, seen_at
        from .models import PhysicianAccount, Review, Specialty
        from .profile_links import profile_links
        from .set_up import set_up_medical_review

        allow_crud("physicians.specialty", *KEEPERS)
        allow_crud("physicians.physicianaccount", ADMINISTRATORS)
        allow("physicians.publish_urgently", ADMINISTRATORS)
        allow("physicians.change_reviewsettings", ADMINISTRATORS)
        home_sections.register(physicians_for_home, order=200)
        kept_from_search.append(kinds.kept_from_search)
        set_up_steps.append(set_up_medical_review)
        router.register_endpoint(PhysiciansAPI.name, PhysiciansAPI)
        jobs.register("Weekly review list", send_review_digests)
        EVIDENCE.append(Review)
        archive_facts.append(review_then)
        erasers.follow(erasing.follow)
        location_links.register("seen_here", "Physicians who see patients here", seen_at)
        profile_links.register("reviewed", "Pages they reviewed", reviewed_by)
        page_unpublished.connect(signal_handlers.on_page_unpublished)
        post_save.connect(signal_handlers.on_specialty_saved, sender=Specialty)
        post_delete.connect(signal_handlers.on_account_deleted, sender=PhysicianAccount)
