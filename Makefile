# `make demo` and `make test` need Python 3.11 or newer and pip, nothing else.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
EXAMPLE := examples/plain-apache
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --require-hashes
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-emit-index-url --no-emit-find-links --no-config --no-header

# Two processes, each with whole files: what a file works out once serves all its tests.
BOTH := --numprocesses 2 --dist loadfile

# The first Python of 3.11 or newer; name another with `make PYTHON=… test`.
PYTHON ?= $(shell for name in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format unit slow extra survey oracles bench examples requirements wheel clean
.DELETE_ON_ERROR:

help:
	@echo "make demo          install into $(VENV) and weigh $(EXAMPLE)"
	@echo "make test          lint, type check, import contract and tests"
	@echo "make lint | unit   one half of it"
	@echo "make slow          the proofs over the whole law, the wheel, the site"
	@echo "make oracles       the readers beside the formats' own libraries (large: PyTorch)"
	@echo "make survey        tables on DuckDB, Arrow and Spark (large; Spark needs Java 17 or newer)"
	@echo "make extra         what reads the Hub, and the manifest beside the tool of its format"
	@echo "make format        put the source in its form"
	@echo "make bench         measure, beside an empty Python process"
	@echo "make wheel         build dist/*.whl with the compiled law inside"
	@echo "make examples      train and write the example releases again (needs numpy)"
	@echo "make requirements  pin the requirement files again (needs uv)"

demo: $(VENV)/.core
	@$(BIN)/weighbridge check $(EXAMPLE)

test: lint unit

lint: $(VENV)/.dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || \
		{ echo "error: some files are not in form; run: make format" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo --no-cache >$(VENV)/lint-imports.txt || \
		{ cat $(VENV)/lint-imports.txt >&2; exit 1; }

unit: $(VENV)/.dev
	@$(BIN)/python -m pytest --quiet $(BOTH) -m "not slow"

slow: $(VENV)/.dev
	@$(BIN)/python -m pytest --quiet $(BOTH) -m slow

# In these three a library that is missing fails its tests; elsewhere it skips them.
extra: $(VENV)/.extra
	@WEIGHBRIDGE_EXTRA=1 $(BIN)/python -m pytest --quiet tests/release/hub tests/release/digests

survey: $(VENV)/.survey
	@WEIGHBRIDGE_EXTRA=1 $(BIN)/python -m pytest --quiet -m extra tests/reason/engines tests/survey

oracles: $(VENV)/.oracles
	@WEIGHBRIDGE_ORACLES=1 $(BIN)/python -m pytest --quiet -m "extra and not slow"

format: $(VENV)/.dev
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(VENV)/.bench
	@$(BIN)/python -m bench.run

wheel: $(VENV)/.core
	@$(BIN)/python -m hatchling build --target wheel --directory dist

examples:
	@$(PYTHON) tools/make_examples.py

requirements:
	cd requirements && for name in core build dev examples hub lineage survey spark bench signing; do $(COMPILE) $$name.in -o $$name.txt; done
	$(BIN)/python tools/pin_oracles.py

clean:
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# Where Python comes without ensurepip, the pip it does have fills the environment.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer was found" >&2; \
		echo "  help: install one, or name it: make PYTHON=/path/to/python demo" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { $(PYTHON) -m venv --clear --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install -qq pip; } || \
		{ echo "error: no virtual environment could be made in $(VENV)" >&2; \
		echo "  help: install the venv module or pip of $(PYTHON)" >&2; rm -rf $(VENV); exit 1; }

# `--no-deps`: every dependency is pinned and hashed above; `-e`: the checkout itself is what runs.
$(VENV)/.core: $(BIN)/python requirements/build.txt requirements/core.txt pyproject.toml hatch_build.py
	@echo "installing into $(VENV) …" >&2
	@$(PIP) -r requirements/build.txt -r requirements/core.txt
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core requirements/dev.txt
	@echo "installing what the tests need …" >&2
	@$(PIP) -r requirements/dev.txt
	@touch $@

$(VENV)/.oracles: $(VENV)/.dev requirements/oracles.txt
	@echo "installing the formats' own libraries …" >&2
	@$(PIP) -r requirements/oracles.txt
	@touch $@

$(VENV)/.survey: $(VENV)/.dev requirements/survey.txt requirements/spark.txt
	@echo "installing what surveys of tables need …" >&2
	@$(PIP) -r requirements/survey.txt -r requirements/spark.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@echo "installing what the benches need …" >&2
	@$(PIP) -r requirements/bench.txt
	@touch $@

$(VENV)/.extra: $(VENV)/.dev requirements/hub.txt requirements/signing.txt
	@echo "installing what the Hub and model signing need …" >&2
	@$(PIP) -r requirements/hub.txt -r requirements/signing.txt
	@touch $@
