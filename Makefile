# Everything a developer or a first visitor runs. `make help` lists it.

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

PYTHON := .venv/bin/python
# Where the portal keeps its own files, as it says itself.
VAR := $(or $(CBEC_VAR),var)
CHROMIUM := $(shell command -v chromium)
STATIC_SOURCES := cbec_portal/joined_scripts.py $(shell find cbec_portal/static zones checklists -path '*static*' -type f 2>/dev/null)
# Of each test a few examples, one of them drawn: another commit draws others. `EXAMPLES=all` tells every one.
EXAMPLES ?= few
SEED ?= $(shell git rev-parse --short HEAD 2>/dev/null)
PYTEST = $(PYTHON) -m pytest -n 2 -q --examples $(EXAMPLES) --examples-seed "$(SEED)"
LOCK := --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help run pdf test test-browser screenshots messages check bench lock dump clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/runtime $(VAR)/static/staticfiles.json ## Serve the portal on HOST:PORT, loading the data on a first run
	@$(PYTHON) manage.py serve

pdf: .venv/bin/python ## Install what PDF needs (the README names what it needs of the system)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-pdf.txt

test: .venv/development ## Run the test suite on SQLite; EXAMPLES=all with every example of each test
	$(PYTEST)

# What is skipped where a font or a library lacks runs here, where they are.
DRAWN := tests/zones/test_cards.py tests/zones/test_pictures.py tests/zones/test_printed_rules.py

test-browser: .venv/development ## Run the browser tests in Debian's Chromium, EXAMPLES as above
	@test -n "$(CHROMIUM)" || { echo "Chromium is missing: apt-get install chromium fonts-wqy-microhei"; exit 1; }
	@command -v pdftotext >/dev/null || { echo "pdftotext is missing: apt-get install poppler-utils"; exit 1; }
	@$(PYTHON) -c 'import weasyprint' || { echo "What PDF needs is missing: make pdf"; exit 1; }
	CBEC_BROWSER=$(CHROMIUM) $(PYTEST) tests/browser $(DRAWN)

screenshots: .venv/development ## Take the pictures of docs/screenshots anew, with OF=desk those of the desk
	@test -n "$(CHROMIUM)" || { echo "Chromium is missing: apt-get install chromium fonts-wqy-microhei"; exit 1; }
	CBEC_BROWSER=$(CHROMIUM) $(PYTHON) -m tests.browser $(OF)

check: .venv/development ## Check style, types, walls, templates, deployment settings and migrations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet cbec_portal/templates zones/templates checklists/templates
	SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))') CBEC_HTTPS=1 \
		$(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) manage.py makemigrations --check --dry-run

messages: .venv/development ## Collect texts to translate and compile translations (needs gettext)
	$(PYTHON) manage.py makemessages -l zh_Hans --no-location --no-wrap -i .venv -i tests
	cd cbec_portal && ../$(PYTHON) ../manage.py compilemessages

bench: .venv/measuring $(VAR)/static/staticfiles.json ## Measure beside peers, into docs/benchmarks.md (needs wrk; half an hour)
	$(PYTHON) -m tests.benchmarks

dump: .venv/runtime ## Write the dataset as known now into var/dataset
	$(PYTHON) manage.py dump_dataset var/dataset

lock: ## Lock the dependencies anew (needs uv)
	uv pip compile $(LOCK) requirements.in -o requirements.txt
	uv pip compile $(LOCK) -c requirements.txt requirements-pdf.in -o requirements-pdf.txt
	uv pip compile $(LOCK) requirements-dev.in -o requirements-dev.txt
	uv pip compile $(LOCK) -c requirements.txt requirements-bench.in -o requirements-bench.txt

clean: ## Remove the environment and built files; the database stays
	rm -rf .venv $(VAR)/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@python3 -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the portal needs"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt | .venv/bin/python
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime

.venv/measuring: requirements-bench.txt | .venv/runtime
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

$(VAR)/static/staticfiles.json: requirements.txt $(STATIC_SOURCES) | .venv/runtime
	@$(PYTHON) manage.py collectstatic --noinput --clear -v 0
	@touch $@
