# Two commands on a fresh machine: `make demo` and `make test`. Each sets up what it needs; nothing is done by hand.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: setup models demo test check map fuzz serve bench clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Hawker needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(READY)

models: $(READY)
	$(BIN)/hawker models pull smollm2-135m e5-small

# Who speaks in the demo. Gemma writes the better letters, and Chinese; its terms are accepted by running this.
# `make demo MODEL=smollm2-135m` accepts none and is quicker set up.
MODEL ?= gemma3-270m

demo: $(READY)
	$(BIN)/hawker models pull $(MODEL) e5-small --accept-licence
	HAWKER_MODEL=$(MODEL) $(BIN)/hawker demo --yes

test: models
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/map.py --check
	$(BIN)/python -m prompts.lock --check

map: $(READY)
	$(BIN)/python docs/map.py

# Thousands of requests that the API's description allows, and as many that it does not.
fuzz: $(READY)
	$(BIN)/python -m tests.server.fuzzing

serve: models
	$(BIN)/hawker serve

bench: models
	$(BIN)/hawker bench engine

clean:
	rm -rf $(VENV) build *.egg-info
