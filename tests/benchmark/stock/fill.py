"""Makes a page of the stock site: `manage.py shell` reads this, with slug and text in the
environment. The page lies as deep as ours."""

import os
from pathlib import Path

from home.models import HomePage, TextPage

home = HomePage.objects.get()
section = TextPage.objects.filter(slug="procedures").first() or home.add_child(
    instance=TextPage(title="Procedures", slug="procedures")
)
slug = os.environ["PAGE_SLUG"]
text = Path(os.environ["PAGE_TEXT"]).read_text()
section.add_child(instance=TextPage(title=slug.capitalize(), slug=slug, body=text))
