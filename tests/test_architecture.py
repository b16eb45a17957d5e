"""The rooms and their arrows: procedures → physicians → clinic.search → clinic.pages →
clinic.delivery → clinic.erasure → clinic.publishing → clinic.jobs, with clinic.broken_links above
clinic.pages. A lower room never imports or names an upper one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Highest first.
ROOMS = [
    *("procedures", "physicians", "clinic.search", "clinic.broken_links"),
    *("clinic.pages", "clinic.delivery", "clinic.erasure", "clinic.publishing", "clinic.jobs"),
]
# What an upper room is called in the code of a lower one, if it is named at all.
NAMES = {
    "procedures": r"procedurepage|ProcedurePage|ConditionPage|BodyArea|procedures\.",
    "physicians": r"physicianpage|PhysicianPage|PhysicianAccount|Specialty\b|physicians\.",
    "clinic.search": r"SynonymGroup|clinic\.search",
    "clinic.broken_links": r"MissedAddress|clinic\.broken_links",
    "clinic.pages": r"HomePage|ContentPage|LocationPage|PracticeSettings|clinic\.pages",
    "clinic.delivery": r"\bdelivery\b\.|clinic\.delivery",
    "clinic.erasure": r"clinic\.erasure",
    "clinic.publishing": r"PublishedVersion|RecordNote|clinic\.publishing",
}
LONGEST = 300


def sources(room: str) -> list[Path]:
    folder = ROOT / room.replace(".", "/")
    return [path for path in folder.rglob("*.py") if "migrations" not in path.parts]


def imports(path: Path) -> set[str]:
    """The modules that a file imports, relative ones resolved."""
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - max(node.level - 1, 0)]
            prefix = ".".join(parts) + "." if node.level else ""
            module = f"{prefix}{node.module or ''}".rstrip(".")
            # "from clinic import pages" names the room in its second half.
            found |= {module, *(f"{module}.{name.name}" for name in node.names)}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_a_room_above_it(room):
    above = ROOMS[: ROOMS.index(room)]
    files = sources(room)
    assert len(files) >= 5
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports(path)
        if any(name == upper or name.startswith(f"{upper}.") for upper in above)
    }
    assert wrong == set()


@pytest.mark.parametrize("room", ROOMS[1:])
def test_no_room_names_what_stands_above_it(room):
    above = ROOMS[: ROOMS.index(room)]
    pattern = re.compile("|".join(NAMES[upper] for upper in above))
    folder = ROOT / room.replace(".", "/")
    files = sources(room) + list(folder.rglob("*.html"))
    wrong = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        for match in pattern.finditer(path.read_text())
        # "physicians." may end a sentence, and a role is called physicians.
        if not re.search(r"^(procedures|physicians)\.$", match.group())
        or re.search(rf'["\']{match.group()}\w', path.read_text())
    }
    # Permissions are named as "app.codename" only where the app registers them.
    assert wrong == set()


def test_what_stands_beside_the_rooms_names_no_upper_room():
    """Health, headers and shared templates serve every app; only the addresses and the
    settings know which apps there are."""
    beside = [path for path in (ROOT / "clinic").glob("*.py") if path.name != "urls.py"]
    folders = (ROOT / "clinic" / name for name in ("jinja2", "templates"))
    templates = [path for folder in folders for path in folder.rglob("*.html")]
    assert len(beside) >= 4
    assert len(templates) >= 15
    upper = re.compile(r"\b(procedure|physician)s?[._/]|ProcedurePage|PhysicianPage")
    wrong = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in [*beside, *templates]
        for match in upper.finditer(path.read_text())
        # A sentence may end with the word.
        if not re.search(r"\.$", match.group())
    }
    named = {path.name for path in templates if re.search("procedure|physician", path.name)}
    assert (wrong, named) == (set(), set())


def python_files() -> list[Path]:
    folders = ("clinic", "physicians", "procedures")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def test_no_file_is_too_long_to_read():
    files = python_files()
    assert len(files) > 60
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}
    assert not [path for path in files if path.name == "utils.py"]


def test_every_class_says_what_it_is_to_the_clinic():
    silent, seen = set(), 0
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            # Inner classes of Django and Wagtail say nothing new.
            if not isinstance(node, ast.ClassDef) or node.name in ("Meta", "BoundPanel", "Kind"):
                continue
            seen += 1
            if ast.get_docstring(node) is None and not _says_it_in_help(node):
                silent.add(f"{path.relative_to(ROOT)}: {node.name}")
    assert seen > 90
    assert silent == set()


def _says_it_in_help(node: ast.ClassDef) -> bool:
    """A management command says what it is in its help, which people read."""
    return node.name == "Command" and any(
        isinstance(item, ast.Assign) and item.targets[0].id == "help" for item in node.body
    )
