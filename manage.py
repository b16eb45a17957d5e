#!/usr/bin/env python3
"""Runs the site's commands: `python manage.py help` lists them."""

import os
import sys

if sys.version_info < (3, 11):
    sys.exit("This site needs Python 3.11 or newer. Run `make run` with a newer python3.")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings.dev")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django is not installed here. Run `make run`, or:\n"
            "  python3 -m venv .venv && .venv/bin/pip install -r requirements.txt\n"
            "and start commands with .venv/bin/python manage.py ..."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
