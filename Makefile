# `make notebooks` runs every page, `make test` checks everything, `make lab` opens JupyterLab; each builds .venv first, from
# pinned and hashed packages.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
FIRST := $(firstword $(wildcard notebooks/00_*.ipynb) notebooks)

.PHONY: notebooks test lint mutate publish lab bench lock clean
.DELETE_ON_ERROR:

notebooks: $(READY)
	@$(BIN)/kzcivil run

test: $(READY) lint
	@$(BIN)/pytest -n 2 --dist loadscope

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check kzcivil tests
	@$(BIN)/mypy

# N faults (300), drawn by SEED (1); see tests/mutate.py. Half an hour, so it is not part of `make test`.
mutate: $(READY)
	@$(BIN)/python tests/mutate.py $(or $(N),300) $(or $(SEED),1)

publish: $(READY)
	@$(BIN)/kzcivil publish

# Flags go on to JupyterLab: make lab ARGS="--no-browser --port 8899"
lab: $(READY)
	@echo "1. Start with $(notdir $(FIRST)), which JupyterLab opens."
	@echo "2. Change a value in the cell of parameters, which begins with data_dir."
	@echo "3. Run all cells (menu Run, Run All Cells): the answer at the top of the page follows."
	@$(BIN)/jupyter lab --ServerApp.root_dir=. $(if $(filter 0,$(shell id -u)),--allow-root) \
	  --LabApp.default_url=/lab/tree/$(FIRST) $(ARGS)

bench: $(READY)
	@$(BIN)/python benchmarks/run.py

$(READY): requirements.lock pyproject.toml .ci/install
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "kzcivil needs Python 3.11, 3.12 or 3.13; $(PYTHON) is another. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv python3-pip"; exit 1; }
	@echo "Building $(VENV) from requirements.lock (once; about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@.ci/install $(BIN)/python
	@touch $@

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --fork-strategy fewest --python-version 3.11 \
	  --no-header --no-annotate --no-emit-index-url -q -o requirements.lock

clean:
	rm -rf $(VENV) build dist mutants
