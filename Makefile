# Two commands for a newcomer: `make demo` and `make test`. Everything else is for those who change
# the code. Needs only python3, pip, make and git; nothing is installed outside this folder, except
# the Debian packages of `make test` and `make bench` when it runs as root.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The outer pip fills the venv: on a bare Debian `python3 -m venv` cannot (no ensurepip) and
# `pip install` may not (PEP 668), while pip ≥ 22.3 can be pointed at another Python.
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check
# The tests of the house itself, which `make check` runs; `make check test` runs them once.
HOUSE := tests/test_architecture.py tests/test_wheel.py
# Extras stay in the lock: pip before 23.3 (Debian 12) matches `coverage[toml]` only with itself, and
# would take whatever is newest, which has no hash here.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-strip-extras \
	--custom-compile-command "make lock"

# What an extra that has a lock file of its own asks for.
EXTRA = $(BIN)/python -c 'import tomllib; \
	p = tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]; \
	print(*p["$(1)"], sep="\n")'

.DEFAULT_GOAL := help
.PHONY: help venv demo test check bench sheets screens deep fresh-test lock debian-packages cups s3-server

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

venv: $(VENV)/.installed ## set up .venv from the hashed lock file, nothing more

demo: venv ## run a whole box with an invented municipality; PORT=8081 if 8080 is taken
	$(BIN)/nodboks demo $(if $(PORT),--port $(PORT))

check: venv ## lint, formatting, types, architecture, the built wheel
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q $(HOUSE)

test: venv debian-packages cups s3-server ## run every test this machine can run, with the coverage gates
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -q -m "not slow" -n 2 --dist loadfile --cov --cov-report= --durations=5 \
		$(if $(filter check,$(MAKECMDGOALS)),$(addprefix --ignore=,$(HOUSE)))
	$(BIN)/python -m pytest -m slow --cov --cov-append --cov-report= --durations=10 \
		$(if $(filter check,$(MAKECMDGOALS)),$(addprefix --ignore=,$(HOUSE)))
	$(BIN)/python -m tests.coverage_gates

bench: venv $(VENV)/.bench ## measure against peers; ONLY=word picks some; writes build/bench.json
	@tests/debian-packages.sh tests/bench/debian-packages.txt
	$(BIN)/python -m tests.bench $(ONLY)

sheets: venv ## print one of every sheet into build/sheets, to look at; ACCEPT=1 makes them the golden ones
	$(BIN)/python -m tests.appliance.paper.contact_sheet $(if $(ACCEPT),--accept)

screens: venv ## take a picture of every screen of a demo box into build/screens, to look at
	$(BIN)/python -m tests.screens

deep: venv ## try the tests with invented input on 2,000 new examples each; ONLY=word picks some
	$(BIN)/python -m pytest -q --hypothesis-profile=deep -o timeout=0 -k "$(or $(ONLY),fuzz or secrets)"

fresh-test: ## prove `make demo` on bare Debian 12 and 13 (as root); FULL=1 also proves `make test`
	tests/fresh/run.sh

lock: venv ## renew the lock files from pyproject.toml (needs uv)
	$(LOCK) --extra test --extra dev pyproject.toml -o requirements.lock
	$(call EXTRA,bench) | $(LOCK) -c requirements.lock - -o requirements-bench.lock
	$(call EXTRA,s3-server) | $(LOCK) - -o requirements-s3-server.lock

debian-packages:
	@tests/debian-packages.sh

# pycups has no wheels; without a compiler its tests skip and say so.
cups: venv
	@test -e $(VENV)/.cups || { \
		mkdir -p build; \
		if $(PIP) install --quiet --require-hashes -r requirements-cups.lock >build/pycups.log 2>&1; \
		then touch $(VENV)/.cups; \
		else echo 'make: pycups could not be built (build/pycups.log); the CUPS tests will skip'; \
		fi; }

# An S3 server in a venv of its own; without it the tests of buckets skip and say so.
s3-server: venv
	@test -e $(VENV)/s3-server/.installed || { \
		mkdir -p build; \
		{ $(PYTHON) -m venv --without-pip $(VENV)/s3-server && $(PYTHON) -m pip \
			--python $(VENV)/s3-server/bin/python --disable-pip-version-check install --quiet \
			--require-hashes -r requirements-s3-server.lock; } >build/s3-server.log 2>&1 \
		&& touch $(VENV)/s3-server/.installed \
		|| echo 'make: no S3 server (build/s3-server.log); the tests of buckets will skip'; \
		}

$(BIN)/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.locked: requirements.lock | $(BIN)/python
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	@touch $@

# The change log is the source of the version, so a new heading means a new install (2 s).
$(VENV)/.installed: pyproject.toml CHANGELOG.md $(VENV)/.locked
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.locked
	$(PIP) install --quiet --require-hashes --requirement requirements-bench.lock
	@touch $@
