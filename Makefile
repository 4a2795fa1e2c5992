# softviz: `make app` starts it, `make test` runs every test. Both install what they need on first use.
PYTHON ?= python3
PORT ?= 8501
TORCH ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

TORCH_STAMP := $(if $(filter 1,$(TORCH)),$(VENV)/torch.stamp)
ifeq ($(TORCH),0)
DESELECT := -m "not torch"
endif

.PHONY: app test lint bench load screenshots browser clean

app: $(VENV)/app.stamp
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/app.stamp $(VENV)/dev.stamp $(TORCH_STAMP) browser
ifeq ($(TORCH),0)
	@echo "TORCH=0: the tests marked 'torch' (torch backend, autograd and entmax references) are left out."
endif
	$(BIN)/python -m pytest $(DESELECT) $(ARGS)

lint: $(VENV)/app.stamp $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/app.stamp $(VENV)/dev.stamp $(VENV)/torch.stamp browser
	$(BIN)/python -m benchmarks accessibility accuracy fuzz kernels library_edges player screen training

load: $(VENV)/app.stamp $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks load endurance

screenshots: $(VENV)/app.stamp $(VENV)/dev.stamp browser
	$(BIN)/python -m tests.browser.screenshots

browser:
	@sh tests/browser/install_chromium.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "softviz needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/app.stamp: requirements.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	@touch $@

# torch before the rest, so that nothing else chooses a build of it
$(VENV)/torch.stamp: requirements-torch.txt | $(VENV)/app.stamp
	$(PIP) -r requirements-torch.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/app.stamp
	$(PIP) -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) static/*.js .pytest_cache .mypy_cache .ruff_cache .hypothesis
