"""Makes the stock site's pages: `manage.py shell` reads this with a path and a text in the
environment. The page lies as deep as ours, and has the same words."""

import os
from pathlib import Path

from home.models import HomePage, TextPage

parent = HomePage.objects.get()
section = parent.add_child(instance=TextPage(title="Procedures", slug="procedures"))
section.add_child(
    instance=TextPage(
        title=os.environ["PAGE_TITLE"],
        slug=os.environ["PAGE_SLUG"],
        body=Path(os.environ["PAGE_TEXT"]).read_text(),
    )
)
