# Rasd: `make run` starts the demonstration, `make test` checks everything. Both set up what they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LEAN   ?=
PORT   ?= 8080
PROFILE ?= mcit
JOBS   ?= 2

# The lean set-up leaves the extra `camel` (transformers, camel-tools, torch) out.
ifeq ($(LEAN),)
EXTRAS := camel
else
EXTRAS :=
endif

comma := ,
RUN_STAMP  := $(VENV)/.installed-run$(if $(LEAN),-lean)
TEST_STAMP := $(VENV)/.installed-test$(if $(LEAN),-lean)

.PHONY: run test check lint types imports suite clean help

help:
	@echo "make run            start the demonstration (PROFILE=mcit|mof|momrah, PORT=8080; LEAN=1 without torch)"
	@echo "make test           lint, types, import contract and the whole test suite"
	@echo "make clean          remove the virtual environment"

run: $(RUN_STAMP)
	$(BIN)/rasd demo --profile $(PROFILE) --port $(PORT)

test: $(TEST_STAMP) check lint types imports suite

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rasd needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "the virtual environment could not be made: on Debian, apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=26'

$(RUN_STAMP): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.$(if $(EXTRAS),[$(EXTRAS)])'
	@touch $@

$(TEST_STAMP): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test$(if $(EXTRAS),$(comma)$(EXTRAS))]'
	@touch $@

# What pip cannot install: a browser for the tests that look at the console.
check:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { echo "the browser tests need Chromium: on Debian, apt-get install chromium fonts-noto-core" >&2; exit 1; }

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

suite:
	$(BIN)/pytest -n $(JOBS) --dist loadgroup

clean:
	rm -rf $(VENV)
