"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings.production")

application = get_wsgi_application()

# Only now are the apps there.
from clinic.delivery.door import FrontDoor  # noqa: E402
from clinic.delivery.warm_up import warm_up  # noqa: E402

# In each worker, before it takes a reader: the first one waits no longer than the next.
warm_up()
application = FrontDoor(application)
