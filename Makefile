# Needs Python 3.11 or later, pip and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO = $(BIN)/tremplin compare scenarios/policies/alize-renewal.yaml --draws 8 --jobs 2 --yes

.PHONY: help setup demo test test-slow test-slurm test-browser check bench bench-quick ablation posterior lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/.stamp ## install into .venv and compile the kernels; the other targets do it when needed

.venv/.stamp: pyproject.toml requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "tremplin: no '$(PYTHON)' here; try: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "tremplin: needs Python 3.11 or later, and $(PYTHON) is $$($(PYTHON) -V 2>&1); try: make setup PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@echo "Installing into .venv (1.3 GB, a minute or two the first time)."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m sim.warm
	@touch $@

demo: setup ## compare policies for Alizé in three kinds of basin; prints where the report is
	$(DEMO)

test: setup ## the tests, some twelve minutes on two cores
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not slurm and not browser"

test-slow: setup ## the tests that take longer
	$(BIN)/python -m pytest -q -n 2 -m slow

test-slurm: setup ## the tests that need Slurm, on two nodes that they start here; root may install Debian's slurm-wlm
	@tests/slurm/cluster.sh have || tests/slurm/cluster.sh install || \
	  echo "tremplin: Slurm is not installed and cannot be installed here: the tests that need it are skipped" >&2
	$(BIN)/python -m pytest -q -rs -m slurm

test-browser: setup ## the report in a headless Chromium, the workbook in LibreOffice; root may install Debian's packages
	@tests/browser/programs.sh have || tests/browser/programs.sh install || \
	  echo "tremplin: Chromium or LibreOffice is not here and cannot be installed: the tests that need it are skipped" >&2
	$(BIN)/python -m pytest -q -rs -m browser

check: setup ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup ## the benchmark, into docs/performance.md: some twenty minutes on two cores with nothing beside
	$(BIN)/python -m benchmarks.run

bench-quick: setup ## the benchmark in under three minutes, into benchmarks/last.json
	$(BIN)/python -m benchmarks.run --quick

ablation: setup ## switch off one mechanism after the other, into docs/ablation.md: minutes on one core
	$(BIN)/python -m docs.ablation

posterior: setup ## fit anew and put the sample where it is shipped: about fifty minutes on two cores
	$(BIN)/tremplin calibrate --yes --out runs/posterior
	mkdir -p calibration/posterior
	cp runs/posterior/posterior/* calibration/posterior/
	$(BIN)/tremplin validate --draws 300 --yes --out runs/validate-posterior
	$(BIN)/python -m experiments.evidence runs/validate-posterior --ship

lock: ## renew both lock files to the newest versions that pyproject.toml allows
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export --quiet --all-extras --format requirements-txt --no-emit-project -o requirements.lock

clean: ## remove what make and the tests made, .venv too; keeps runs/
	rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache .numba_cache build dist benchmarks/last.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
