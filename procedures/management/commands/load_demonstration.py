from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.pages.models import HomePage
from clinic.pages.roles import ADMINISTRATORS, PHYSICIANS, PUBLISHERS, WRITERS, Role
from clinic.pages.services import set_up_roles
from physicians.models import PhysicianAccount, PhysicianPage
from procedures.demonstration.loader import Demonstration

PEOPLE = (
    ("writer", WRITERS, "Wren", "Appleby"),
    ("physician", PHYSICIANS, "Everett", "Thistlewane"),
    ("publisher", PUBLISHERS, "Piers", "Lockhart"),
    ("administrator", ADMINISTRATORS, "Ada", "Winterbourne"),
)


class Command(BaseCommand):
    """Fills an empty site with a made-up practice and one account for each role."""

    help = "Loads the demonstration practice. Safe to run again; never touches a real practice."

    def add_arguments(self, parser):
        parser.add_argument(
            "--password", default="", help="The password of all four demonstration accounts."
        )

    def handle(self, *args, password: str, **options):
        if not settings.SERVE_MEDIA:
            raise CommandError("The demonstration is for trying the site, not for a public server.")
        if HomePage.objects.exists() and not self._is_demonstration():
            raise CommandError("This site already has its own pages; nothing was changed.")
        set_up_roles()
        for username, role, first_name, last_name in PEOPLE:
            self._account(username, role, first_name, last_name, password)
        added = Demonstration().load()
        profile = PhysicianPage.objects.filter(last_name="Thistlewane").first()
        physician = get_user_model().objects.get(username="physician")
        if profile and not PhysicianAccount.objects.filter(user=physician).exists():
            PhysicianAccount.objects.create(user=physician, profile=profile)
        if not PhysicianAccount.objects.exclude(signing_email="").exists():
            self._signing_addresses()
        self.stdout.write(f"{len(added)} pages added." if added else "Everything is there already.")

    def _signing_addresses(self) -> None:
        """Private links can be tried at once; their letters are printed, not sent."""
        for profile in PhysicianPage.objects.all():
            account, _ = PhysicianAccount.objects.get_or_create(profile=profile)
            account.signing_email = f"{profile.last_name.lower()}@example.com"
            account.email_verified_at = timezone.now()
            account.save()

    def _is_demonstration(self) -> bool:
        return get_user_model().objects.filter(username="publisher").exists()

    def _account(self, username, role, first_name, last_name, password) -> None:
        user, created = User.objects.get_or_create(
            username=username,
            defaults={
                "first_name": first_name,
                "last_name": last_name,
                "email": f"{username}@example.com",
            },
        )
        if created:
            user.set_password(password or None)
            user.save()
            if group := Role.objects.get(key=role).group:
                user.groups.add(group)
