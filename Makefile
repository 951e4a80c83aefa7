# Layerwise. `make help` lists the targets. Works with GNU make 3.81 and later.
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
FULL ?= 0
VENV := .venv
LITE := .venv-lite
XEUS := .venv-xeus
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
SITE := _build/site/_build/html
# One thread per process: the same last digits, and no fight over the cores.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
say = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

.PHONY: help readme site site-build lab weave test lint types unit notebooks \
	site-test lite lite-test neighbours oldest bench clean
.DEFAULT_GOAL := help

help:
	@echo "make site     build the book and serve it here (SERVE=0 only builds,"
	@echo "              SOLUTIONS=0 leaves the solutions out, FULL=1 lets"
	@echo "              chapters run in the browser)"
	@echo "make lab      copy the chapters to work/ and open Jupyter there"
	@echo "make test     run every check"
	@echo "make weave    weave changed manuscripts into chapters/ and solutions/"
	@echo "make bench    measure speed against peers into benchmarks/RESULTS.md"
	@echo "              (BENCH_PYTHON=... of an environment that has the peers)"
	@echo "make clean    remove what was built (never work/)"

# --- environments ----------------------------------------------------------
$(BIN)/python:
	$(call say,Making $(VENV) with $(PYTHON))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Layerwise needs Python 3.11 or newer; $(PYTHON) is" \
	    "`$(PYTHON) --version 2>&1`. Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make environments. On Debian or Ubuntu:" \
	    "sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.book: pyproject.toml constraints.txt | $(BIN)/python
	$(call say,Installing what builds the book (about 20 seconds the first time))
	@$(PIP) -e '.[book]' && touch $@

$(VENV)/.notebooks: pyproject.toml constraints.txt | $(BIN)/python
	$(call say,Installing what runs the notebooks)
	@$(PIP) -e '.[notebooks]' && touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(call say,Installing what the checks need (a minute or two the first time))
	@$(PIP) -e '.[dev]' && touch $@ $(VENV)/.book $(VENV)/.notebooks

# JupyterLite: its extensions would not load in the Jupyter of $(VENV).
$(LITE)/.lite: pyproject.toml constraints.txt
	$(call say,Installing what puts Jupyter into the site)
	@test -x $(LITE)/bin/python || $(PYTHON) -m venv $(LITE)
	@$(LITE)/bin/python -m pip install --quiet --disable-pip-version-check \
	  -c constraints.txt -e '.[lite]' && touch $@

# An older kernel for the browser, which has numpy where Pyodide's comes from
# no package index; for the tests alone. It works with JupyterLite 0.2. A
# figure's two halves must be of one release.
$(XEUS)/.xeus: $(LITE)/.lite
	$(call say,Installing a kernel with numpy for the browser)
	@test -x $(XEUS)/bin/python || $(PYTHON) -m venv $(XEUS)
	@$(XEUS)/bin/python -m pip install --quiet --disable-pip-version-check \
	  jupyterlite-xeus-python==1.0.0 jupyterlite-core==0.2.3 jupyter_server \
	  jupyterlab_widgets==3.0.13 \
	  `$(LITE)/bin/python -m pip freeze -qqq | grep '^anywidget=='` && touch $@

# --- for readers and learners ----------------------------------------------
site: site-build
ifeq ($(SERVE),1)
	@$(BIN)/python book/serve.py $(SITE) $(PORT)
endif

site-build: $(VENV)/.book
	$(call say,Building the book (nothing is executed))
	@FULL=$(FULL) $(BIN)/jupyter-book build . --config _config.yml \
	  --toc book/_toc.yml --path-output _build/site -W -n --keep-going -q
	@rm -rf $(SITE)/lite
	@if [ "$(FULL)" = 1 ]; then $(MAKE) --no-print-directory lite; fi
	@echo "The book is in $(SITE)/index.html"

# Jupyter and Python for the browser, put into a site that is built.
lite: $(LITE)/.lite
	$(call say,Putting Jupyter and Python for the browser into the site)
	@PYODIDE="$(PYODIDE)" PYODIDE_URL="$(PYODIDE_URL)" \
	  $(LITE)/bin/python book/lite $(SITE)

lab: $(VENV)/.notebooks
	$(call say,Copying chapters to work/ (files that exist there are kept))
	@$(BIN)/layerwise start --all
	@$(BIN)/jupyter lab work

weave: $(VENV)/.dev
	@$(ONE_THREAD) $(BIN)/python book/weave.py

# The table of exercises in the README, counted anew.
readme: $(VENV)/.dev
	@$(BIN)/python -m layerwise.exercises.table --write README.md

# --- every check ------------------------------------------------------------
# The checks are made on the full site, where npm is there to build it.
test lite-test: FULL := $(if $(shell command -v npm),1,0)

test: lint types unit notebooks site-test lite-test
	$(call say,Every check passed)

lint: $(VENV)/.dev
	$(call say,Style: ruff)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(call say,Types: mypy)
	@$(BIN)/mypy

unit: $(VENV)/.dev
	$(call say,Unit and property tests (skips are listed with their reasons))
	@$(ONE_THREAD) $(BIN)/python -m pytest tests -n 2 --dist loadfile -m "not site" -rs

notebooks: $(VENV)/.dev
	$(call say,Notebooks: fresh from their manuscripts and run strictly)
	@$(BIN)/python book/weave.py --check
	@$(ONE_THREAD) $(BIN)/python -m pytest -n 2 --dist loadfile --nbval \
	  --nbval-current-env --nbval-cell-timeout=120 chapters solutions

site-test: $(VENV)/.dev site-build
	$(call say,The built site: offline - figures - links - accessibility)
	@$(BIN)/python -m pytest tests/site -n 2 --dist loadfile -m site -rs

lite-test: $(VENV)/.dev $(XEUS)/.xeus site-build
	$(call say,Chapters in the browser: offline and with numpy)
	@$(BIN)/python -m pytest tests/lite -n 2 --dist loadfile -m site -rs

# The neighbour whose folders `layerwise export nbgrader` writes, apart from
# everything else: it brings its own Jupyter.
$(VENV)-nbgrader/bin/nbgrader:
	$(call say,Installing nbgrader for the test of its export)
	@$(PYTHON) -m venv $(VENV)-nbgrader
	@$(VENV)-nbgrader/bin/python -m pip install --quiet --disable-pip-version-check nbgrader 'numpy>=1.25' matplotlib ipywidgets anywidget

neighbours: $(VENV)-nbgrader/bin/nbgrader

# The oldest numpy we promise. It has no wheel beyond Python 3.11.
oldest: $(VENV)/.dev
	$(call say,Unit tests on the oldest numpy)
	@test -x $(VENV)-oldest/bin/python || $(PYTHON) -m venv $(VENV)-oldest
	@$(VENV)-oldest/bin/python -m pip install --quiet --disable-pip-version-check \
	  'numpy==1.25.*' 'scipy<1.12' 'hypothesis>=6.90' 'pytest>=8' 'tqdm>=4.66' -e '.[grading]'
	@$(ONE_THREAD) $(VENV)-oldest/bin/python -m pytest -rs \
	  $(filter-out tests/test_plots.py tests/test_readme.py,$(wildcard tests/test_*.py))

# Peers that BENCH_PYTHON does not have are left out of the tables. An
# environment with them: pip install torch scikit-learn -e .
BENCH_PYTHON ?= $(BIN)/python
bench: $(VENV)/.dev
	@$(ONE_THREAD) $(BENCH_PYTHON) -m benchmarks

clean:
	rm -rf _build dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
