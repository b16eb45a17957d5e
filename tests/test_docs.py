"""The documents say what the code does: every setting, command and role is in them."""

import re
from pathlib import Path

from clinic.pages.roles import GROUP_NAMES
from tests.e2e.pictures import PICTURES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
GUIDE = (ROOT / "docs" / "editorial-guide.md").read_text()


def test_the_readme_names_every_setting_that_is_read():
    sources = (ROOT / "clinic" / "settings").glob("*.py")
    pattern = re.compile(r"""env(?:\.\w+)?\(\s*["'](\w+)["']""")
    names = {name for source in sources for name in pattern.findall(source.read_text())}
    assert len(names) >= 10
    assert {name for name in names if f"`{name}`" not in README} == set()


def test_the_readme_names_every_command():
    commands = {
        path.stem
        for path in ROOT.glob("*/**/management/commands/*.py")
        if path.stem != "__init__" and not {".venv", "var"} & set(path.parts)
    }
    assert len(commands) >= 5
    assert {name for name in commands if name not in README} == set()


def test_the_readme_shows_the_pictures_that_one_command_takes():
    shown = set(re.findall(r"\(docs/images/([\w-]+)\.png\)", README))
    assert shown == {name for name, *_ in PICTURES}
    assert all((ROOT / f"docs/images/{name}.png").stat().st_size > 10_000 for name in shown)


def test_the_guide_speaks_to_every_role_and_says_what_is_not_offered():
    assert {name for name in GROUP_NAMES.values() if name not in GUIDE} == set()
    assert "not offered" in GUIDE.lower()
