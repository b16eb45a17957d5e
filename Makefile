# `make` lists what there is to do.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
PY := .venv/bin/python
PASSWORD := demonstration

.PHONY: help run test benchmark pictures lint format check lock clean
.DEFAULT_GOAL := help

help: ## Say what there is to do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/.run ## Serve the demonstration practice on PORT (8000), timed jobs included
	@$(PY) manage.py migrate -v0
	@$(PY) manage.py set_up_roles
	@BASE_URL=http://localhost:$(PORT) $(PY) manage.py load_demonstration --password $(PASSWORD)
	@$(PY) manage.py run_jobs --once >/dev/null
	@DJANGO_SETTINGS_MODULE=clinic.settings.base $(PY) manage.py collectstatic --noinput >/dev/null
	@printf '\n  The site:   http://localhost:%s/\n  The admin:  http://localhost:%s/admin/\n' $(PORT) $(PORT)
	@printf '  Log in as   writer, physician, publisher or administrator; password: %s\n\n' $(PASSWORD)
	@$(PY) manage.py run_jobs & jobs=$$!; trap "kill $$jobs 2>/dev/null" EXIT INT TERM; \
	BASE_URL=http://localhost:$(PORT) $(PY) manage.py runserver $(PORT)

benchmark: .venv/.dev ## Measure all promises of speed and freshness beside peers (ARGS=--quick: a first look)
	$(PY) -m tests.benchmark $(ARGS)

test: .venv/.dev ## Run every test (browser tests where a Chromium is found)
	$(PY) -m pytest -n 2 --dist worksteal -m "not browser" $(ARGS)
	$(if $(ARGS),,$(PY) -m pytest -m browser)

pictures: .venv/.dev ## Take the README's pictures of the public site
	$(PY) -m tests.e2e.pictures

lint: .venv/.dev ## Check code style and template formatting
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	git ls-files '*.html' | xargs .venv/bin/djhtml --tabwidth 4 --check

format: .venv/.dev ## Put code and templates in order
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	git ls-files '*.html' | xargs .venv/bin/djhtml --tabwidth 4

check: .venv/.dev .venv/.production ## Check the project, its production settings and its migrations
	$(PY) manage.py check --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	ALLOWED_HOSTS=clinic.example.com BASE_URL=https://clinic.example.com \
	DATABASE_URL=sqlite:////tmp/check-deploy.sqlite3 DJANGO_SETTINGS_MODULE=clinic.settings.production \
	$(PY) manage.py check --deploy --fail-level WARNING

lock: .venv/.dev ## Compile the requirements files, with hashes
	for name in requirements requirements-dev requirements-production requirements-pdf; do \
		.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes -q $$name.in -o $$name.txt || exit 1; \
	done

clean: ## Remove the environment and the local database
	rm -rf .venv var

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python cannot make environments here. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }

.venv/.run: requirements.txt | .venv/bin/python
	@echo "Installing what the site needs; this takes a minute the first time."
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/.production: requirements-production.txt .venv/.run
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements-production.txt
	@touch $@
