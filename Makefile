# Everything a newcomer needs; each target makes the virtual environment if it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ON_WINDOWS := linter conformance/kintone_conformance/spec
SDKS := sdks/pykintone sdks/pyntone
SAMPLE := requests.get("https://demo.cybozu.com/k/v1/guest/5/records.json")

.PHONY: demo test test-deep check rules messages spec-check site release bench clean

demo: $(VENV)/.sdks
	@echo '$(SAMPLE)' | $(BIN)/kintone-lint check - --isolated --stdin-filename app.py || [ $$? = 1 ]
	@$(BIN)/kintone-conformance run --adapter reference
	@$(BIN)/kintone-conformance run --adapter sdks/pykintone/adapter.py:PykintoneAdapter || [ $$? = 1 ]
	@$(BIN)/kintone-conformance run --adapter sdks/pyntone/adapter.py:PyntoneAdapter || [ $$? = 1 ]

test: $(VENV)/.sdks check
	$(BIN)/pytest -n auto --dist worksteal

check: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin --no-warn-unreachable conformance linter
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 --no-warn-unreachable $(ON_WINDOWS)
	$(BIN)/kintone-lint check

test-deep: $(VENV)/.sdks
	$(BIN)/pytest -m deep
	cd tests && ../$(BIN)/python -m zoo.matrix

rules: $(VENV)/.dev
	$(BIN)/python tools/rules_page.py > rules.md
	$(BIN)/python tools/screen_words.py

# Every text of both tools that people read
messages: $(VENV)/.dev
	@$(BIN)/python tools/messages.py

site: $(VENV)/.dev
	$(BIN)/python tools/website.py site

# Compares the catalogue with an OpenAPI description: make spec-check FILE=openapi.yaml
spec-check: $(VENV)/.dev
	@$(BIN)/python tools/spec_check.py "$(FILE)"

# Builds what is published, checks it, and says what is left to do.
release: $(VENV)/.dev
	$(BIN)/pip install --quiet --editable '.[release]'
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	$(BIN)/twine check --strict dist/*
	$(BIN)/python tools/release.py dist

bench: $(VENV)/.sdks
	$(BIN)/pip install --quiet --requirement benchmarks/requirements.txt
	$(BIN)/python benchmarks/suite.py
	$(BIN)/python benchmarks/traffic.py
	PYTHONPATH=tools $(BIN)/python benchmarks/linter.py
	PYTHONPATH=tools $(BIN)/python benchmarks/server.py

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

$(VENV)/.sdks: $(VENV)/.dev $(SDKS:%=%/requirements.txt)
	$(BIN)/pip install --quiet $(SDKS:%=-r %/requirements.txt)
	touch $@

clean:
	rm -rf $(VENV) build dist site
