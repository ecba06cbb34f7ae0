# complaint-policy: everything that is done with this repository. Needs Python 3.11 or later and make.
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
BIN := $(VENV)/bin
AS_OF := 2026-06-15T12:00+01:00
POLICIES := $(sort $(wildcard policies/*/policy.yaml))
SOURCES := src tests tools docs $(wildcard benchmarks examples plugins)

# The same bytes on every machine: nothing here depends on the language or the zone of who runs it.
export PYTHONUTF8 := 1
# Some hundred tests start the program anew: compiling it each time again would take a minute of a processor.
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install dev demo test test-real check format bench nightly docs lock clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

install: $(VENV)/.installed ## make .venv with complaint-policy in it, at the versions of constraints/run.txt

dev: $(VENV)/.developer ## the same with everything that tests, checks and documentation need

# Stamp files: a second `make test` installs nothing. A changed constraint installs again.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "complaint-policy needs Python 3.11 or later; this is " + sys.version.split()[0] + ": say make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints/run.txt constraints/build.txt src/complaint_policy/version.py
	$(BIN)/python -m pip install --quiet --require-hashes -r constraints/run.txt -r constraints/build.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developer: $(VENV)/.installed constraints/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r constraints/dev.txt
	@touch $@

DEMO := policies/example-retail-bank
demo: $(VENV)/.installed ## install, check the shipped policies, evaluate the shipped cases, explain one
	$(BIN)/complaint-policy check $(POLICIES)
	$(BIN)/complaint-policy evaluate --quiet --policy $(DEMO)/policy.yaml --cases $(DEMO)/cases.yaml --as-of $(AS_OF) \
	  --format text --summary
	$(BIN)/complaint-policy explain $(DEMO)/policy.yaml $(DEMO)/cases.yaml --as-of $(AS_OF) --case C-1003

test: $(VENV)/.developer ## all tests that need neither root nor anything from outside; says what it skipped
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -rs

test-real: $(VENV)/.developer ## the tests that install and use real things from outside; a skip is a failure
	COMPLAINT_POLICY_NO_SKIP=1 $(BIN)/python -m pytest -m real

check: $(VENV)/.developer ## format, lint, types, layers, spelling, YAML, constraints, documentation
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/codespell
	$(BIN)/yamllint --strict .yamllint.yaml .pre-commit-config.yaml .pre-commit-hooks.yaml action.yml ci .github $(wildcard policies examples)
	$(BIN)/pre-commit validate-config .pre-commit-config.yaml
	$(BIN)/pre-commit validate-manifest .pre-commit-hooks.yaml
	$(BIN)/towncrier build --draft --version next > /dev/null
	$(BIN)/python tools/constraints.py
	$(BIN)/python tools/docs.py --check
	$(BIN)/python tools/mutants.py --check --at-least 90

format: $(VENV)/.developer ## let ruff mend what it can
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# Each exits with 1 if it misses what is promised; all are run, so that one run tells everything.
BENCHMARKS := rules_alone whole_evaluation due_moments cold_start check_large format_large prove_large prove_floor monitor_pass boston
bench: $(VENV)/.developer ## the promised ratios, measured in one run on this machine
	@missed=; for name in $(BENCHMARKS); do \
	  echo "== $$name"; $(BIN)/python -m benchmarks.$$name || missed="$$missed $$name"; echo; \
	done; \
	test -z "$$missed" || { echo "missed:$$missed"; exit 1; }

nightly: $(VENV)/.developer ## all tests, properties with twenty times the examples, at random, all kills and all mutants; hours
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --hypothesis-profile=nightly
	COMPLAINT_POLICY_NO_SKIP=1 $(BIN)/python -m pytest -m real -k crashes --hypothesis-profile=nightly
	$(BIN)/python tools/mutants.py --all --workers $(WORKERS)

docs: $(VENV)/.developer ## the documentation, in build/docs/index.html
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going docs build/docs

# Universal: one file for every Python from 3.11 and every system. `make lock UPGRADE=--upgrade` takes the newest.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-header --no-annotate $(UPGRADE)
lock: pyproject.toml ## pin what pyproject.toml asks for in constraints/, with hashes
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(COMPILE) pyproject.toml -o constraints/run.txt
	$(COMPILE) --group pyproject.toml:build -c constraints/run.txt -o constraints/build.txt
	$(COMPILE) pyproject.toml --all-extras --group dev -c constraints/run.txt -c constraints/build.txt -o constraints/dev.txt

clean: ## remove what was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
