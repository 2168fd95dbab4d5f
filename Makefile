# The one front door. Every target does its own set-up; nothing but Python 3.11+, git and make is expected.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --python $(BIN)/python
# uv and pip would both honour an inherited "no bytecode" wish; cold starts are twice as slow then.
export PYTHONDONTWRITEBYTECODE :=
LOCK := $(BIN)/uv pip compile --quiet --no-header --no-annotate --generate-hashes --no-emit-index-url \
	--no-emit-find-links --universal --python-version 3.11 pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-long test-celery test-fast faults fuzz eval bench lint format lock clean psql wheel

EVALUATIONS := meetings dates topics edits feeds extract wire chains
BENCHES := startup process reading link meetings latency poll store page comparison

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

.venv/.uv: requirements/bootstrap.txt
	@echo "setup: creating .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wirewatch needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

.venv/.runtime: .venv/.uv requirements/runtime.txt pyproject.toml
	@echo "setup: installing wirewatch"
	@$(PIP_INSTALL) -r requirements/runtime.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

.venv/.airflow: .venv/.runtime requirements/airflow.txt
	@echo "setup: installing Apache Airflow"
	@$(PIP_INSTALL) -r requirements/airflow.txt
	@touch $@

.venv/.dev: .venv/.airflow requirements/dev.txt
	@echo "setup: installing the test and lint tools"
	@$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@

setup: .venv/.dev ## make .venv with everything: runtime, Airflow, test and lint tools

demo: .venv/.runtime ## replay the bundled newsroom and watch the alerts, no network needed
	@$(BIN)/wirewatch demo

run: .venv/.airflow ## scheduled ingestion: embedded PostgreSQL and Airflow on config/feeds.yml
	@$(BIN)/wirewatch airflow

psql: .venv/.runtime ## open psql on the running database
	@$(BIN)/wirewatch db psql

test: .venv/.dev ## every test (real PostgreSQL, real HTTP, real Airflow)
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup

test-long: .venv/.dev ## the tests that take minutes each
	@$(BIN)/python -m pytest -m long --numprocesses=0

test-celery: .venv/.dev ## the CeleryExecutor with Redis (redis-server) and two workers, one of them killed
	@$(BIN)/python -m pytest -m long --numprocesses=0 tests/end_to_end/test_celery.py

test-fast: .venv/.dev ## unit tests only
	@$(BIN)/python -m pytest tests/unit

faults: .venv/.dev ## 1,000 faults under the resident line and 1,000 under deliveries, about an hour
	@$(BIN)/python -m tests.faults.line --count 1000
	@$(BIN)/python -m tests.faults.deliveries --count 1000

fuzz: .venv/.dev ## 100,000 broken pages through the extraction, an hour
	@$(BIN)/python -m tests.faults.pages $(if $(WIREWATCH_DATA),--data $(WIREWATCH_DATA))

eval: .venv/.dev ## score every step on the labelled data in WIREWATCH_DATA
	@for name in $(EVALUATIONS); do echo "== $$name"; $(BIN)/python -m tests.evaluation $$name || exit 1; done

bench: .venv/.dev ## time every step on this machine
	@for name in $(BENCHES); do echo "== $$name"; $(BIN)/python -m tests.bench $$name || exit 1; done

lint: .venv/.dev ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: .venv/.dev ## ruff's formatter and safe fixes
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: .venv/.uv ## resolve pyproject.toml into requirements/*.txt again (hashes, no addresses)
	@$(LOCK) --extra airflow --extra celery --extra kubernetes --extra telemetry --extra dev -o requirements/dev.txt
	@$(LOCK) --extra airflow --extra celery -c requirements/dev.txt -o requirements/celery.txt
	@$(LOCK) --extra airflow --extra kubernetes -c requirements/dev.txt -o requirements/kubernetes.txt
	@$(LOCK) --extra airflow -c requirements/dev.txt -o requirements/airflow.txt
	@$(LOCK) -c requirements/dev.txt -o requirements/runtime.txt
	@echo 'setuptools uv' | tr ' ' '\n' | $(BIN)/uv pip compile --quiet --no-header --no-annotate --generate-hashes \
		--no-emit-index-url --no-emit-find-links --universal --python-version 3.11 -c requirements/dev.txt - -o requirements/bootstrap.txt

wheel: .venv/.runtime ## build dist/wirewatch-*.whl, which needs no checkout
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	@ls dist/*.whl

clean: ## remove .venv and caches (data under .wirewatch stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
