# Two commands on a fresh machine: `make run` and `make test`. Both set up all they need, in a .venv of their own.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --constraint constraints.txt

.PHONY: run test lint types bench clean

run: .venv/core            ## an interactive visit with a sample patient; without a terminal, the scripted one
	@$(BIN)/wardround visit

test: .venv/dev lint types ## everything that must be green
	$(BIN)/pytest

lint: .venv/dev            ## style, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/dev           ## strict mypy
	$(BIN)/mypy

bench: .venv/dev           ## the harness against its peers, in one run
	$(BIN)/python -m benchmarks.harness

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv .venv

.venv/core: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	@touch $@

.venv/dev: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[dev]'
	@touch .venv/core $@

clean:                     ## forget the environment and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
