# `make demo` shows Tidemark at work; `make test` proves it. Everything that they need is set up on the way.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test scripts soak load fuzz check format licences sbom audit lock migration bank pictures bench clean golden dump

help:           ## list what can be made
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

setup: $(VENV)/.ready

# A bare machine lacks something now and then: say what, and the command that installs it.
$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@command -v git >/dev/null || { echo "git is missing. Install it: sudo apt-get install git"; exit 1; }
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. Install it: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $$($(PYTHON) -V). Name a newer one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once): the locked dependencies go into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup     ## watch the ABC Inc. case in your browser; ROLE=data-scientist takes a seat, EMPTY=1 an empty house, ONCE=1 only prints
	@$(BIN)/tidemark demo

# Whatever the machine says, modules stay compiled: dozens of processes are started, in this run and the next.
# They are compiled before, each by one core, and not all of them by each worker.
OURS := bot conversation demo scoring storage workspace
test scripts soak: export PYTHONDONTWRITEBYTECODE =
test: setup     ## run every test, on SQLite and on PostgreSQL, on every core
	@$(BIN)/python -m compileall -q -j 0 $(OURS)
	@$(BIN)/python -m pytest -q --numprocesses auto --dist worksteal

scripts: setup  ## play every conversation as it is written, on one of the databases, and the demo that the README shows
	@SCRIPTS=1 $(BIN)/python -m pytest -q --numprocesses auto --dist worksteal tests/e2e/readme.py tests/e2e/test_scripts.py

soak: setup     ## everything on both databases, every variation of every conversation, faults, attacks, and many kills: make soak KILLS=20
	@BOTH=1 $(BIN)/python -m pytest -q --numprocesses auto --dist worksteal tests/bot/test_home.py tests/conversation tests/e2e tests/outside
	@SOAK=1 $(BIN)/python -m pytest -q --numprocesses auto --dist worksteal tests/scoring tests/conversation/test_privacy.py tests/conversation/test_reports.py tests/e2e/test_scripts.py tests/attacks tests/fuzz/test_fuzz.py
	@BOTH=1 $(BIN)/python -m pytest -q -s tests/faults
	@KILLS=$(or $(KILLS),12) SEEDS="$(or $(SEEDS),$(shell seq 3 22))" $(BIN)/python -m pytest -q -s tests/e2e/test_kill.py

fuzz: setup     ## anybody does anything, broken payloads and broken files: make fuzz CASES=1000000 MINUTES=240 SEED=7
	@PYTHONPATH=. $(BIN)/python -m tests.fuzz --cases $(or $(CASES),1000000) --minutes $(or $(MINUTES),240) $(if $(SEED),--seed $(SEED))

load: setup     ## ten thousand people answer within ten minutes: make load PEOPLE=200 MINUTES=1
	@$(BIN)/python -m benchmarks.load --people $(or $(PEOPLE),10000) --minutes $(or $(MINUTES),10)

check: setup    ## format, lint, types and layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: setup   ## format the code and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

migration: setup ## write the next revision: make migration MESSAGE="what the tables learn"
	@test -n "$(MESSAGE)" || { echo 'Say what the tables learn: make migration MESSAGE="seats know their language"'; exit 1; }
	@$(BIN)/python -m storage.migrations "$(MESSAGE)"
	@$(BIN)/ruff format --quiet storage/migrations

bank: setup     ## write docs/question-bank.md anew from the shipped pack
	@$(BIN)/tidemark pack show mlops --markdown > docs/question-bank.md

dump: setup     ## keep a backup with a row in every table, before a version is tagged; the upgrade from each is tested
	@$(BIN)/python -m tests.storage.dump

golden: setup   ## write down anew what every message says in each language, after its words were changed
	@GOLDEN=1 $(BIN)/python -m pytest -q tests/bot/test_golden.py

pictures: setup ## take the pictures of docs/pictures anew, in Chromium
	@$(BIN)/python -m tests.pictures

bench: setup    ## measure speed, as ratios taken in one run
	@$(BIN)/python -m benchmarks

licences: setup ## write docs/licences.md anew from the locked packages
	@$(BIN)/python -m tests.licences

# Tools of their own, beside those of the program.
TOOLS := build/tools
$(TOOLS)/.ready: requirements/tools.txt
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

sbom: $(TOOLS)/.ready ## write build/tidemark.cdx.json, the list of parts of a release (CycloneDX)
	@$(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o build/tidemark.cdx.json requirements/runtime.txt 2>/dev/null
	@echo "build/tidemark.cdx.json"

audit: $(TOOLS)/.ready ## look for known weaknesses of the locked packages; fails where it cannot look (needs the network)
	@$(TOOLS)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/runtime.txt

lock: setup     ## renew the hashed locks from pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements/runtime.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements/tools.in -o requirements/tools.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements/build.in -o requirements/build.txt

clean:          ## remove what was made
	@rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis var
	@find . -name __pycache__ -exec rm -rf {} +
