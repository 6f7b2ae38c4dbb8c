# `make demo` and `make test` are all that a new machine needs: Python 3.11 or later, git, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: man quick demo test lint types contracts unit examples chaos flows dreams bench lock clean tools docs

demo: $(READY)
	$(BIN)/python -m demo

test: lint types contracts unit examples

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports --no-cache

# What most changes break first: a thousand tests without a process of their own, in two minutes.
quick: lint types contracts
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/rollout tests/lanes tests/flows tests/landing/test_culprits.py \
		tests/code/moves/test_forms_run.py tests/code/moves/test_import_forms.py

unit: $(READY) tools
	$(BIN)/python -m tests.suite -n 3 --dist worksteal

# All eight, against a server of their own; npm fetches the official client for JavaScript once.
examples: $(READY)
	$(MAKE) --no-print-directory -C examples test BIN=$(abspath $(BIN))

# Tests sign with real keys, have openssl check them too, and look at the pages with Chromium. Root gets what is missing
# from the distribution; others are told.
tools:
	@command -v ssh-keygen >/dev/null && command -v openssl >/dev/null && command -v chromium >/dev/null && exit 0; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
		echo "the tests need ssh-keygen, openssl and chromium: install openssh-client (openssh-clients, openssh)," \
			"openssl and chromium"; \
		exit 1; \
	fi; \
	apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends openssh-client openssl chromium && \
	{ apt-get install -qq -y --no-install-recommends wrk || echo "wrk is not there: its test is left out"; }

chaos: $(READY)
	LANESHIFT_CHAOS=full $(BIN)/python -m pytest -m chaos -n 2 --dist worksteal
	$(BIN)/python -m tests.chaos --rounds $(or $(ROUNDS),200) --seed $(or $(SEED),1) --jobs $(or $(JOBS),2)

flows: $(READY)
	$(BIN)/python -m tests.runs.flowing.shipped $(FLOWS)

# Fifty batches, each dreamt of and then really run and landed: what was dreamt is what came.
dreams: $(READY)
	$(BIN)/python -m tests.runs.dreaming.sweep $(DREAMS)

bench: $(READY)
	$(BIN)/python -m bench

# The page that wheels install: made again after a change of the commands.
man: $(READY)
	$(BIN)/laneshift --man > docs/laneshift.1

# The documentation site, into build/site: strict, and without a network.
docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

# One lock for each Python from 3.11 on and for each system, with the versions that 3.11 can have.
lock: $(READY)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev --no-strip-extras \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		--output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@
