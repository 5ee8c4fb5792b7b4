# Dragoman's tasks; `make help` lists them.
# The first of these that runs: a name on the PATH may be only a version manager's stand-in.
PYTHON ?= $(shell for name in python3.12 python3.11 python3; do $$name -c '' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CATALOGS := $(wildcard translations/catalogs/*/LC_MESSAGES/messages.po)
KNOWLEDGE := service/understanding/knowledge
MODEL := $(KNOWLEDGE)/model/model.json
TERMS := $(KNOWLEDGE)/compiled/en.bin
CORE := $(wildcard $(foreach folder,service/understanding service/understanding/* translations,$(folder)/*.pyx $(folder)/*.pxd))
ARGS ?=

.PHONY: help setup install system test demo lint lock catalogs bench clean bench-translate eval-translate eval-red-flags eval-conditions eval-facts eval-intents

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: system install ## everything that demo and test need

install: $(STAMP) $(CATALOGS:.po=.mo) $(TERMS) $(MODEL) ## the virtual environment, compiled catalogs and the model, without system packages

$(STAMP): requirements.lock pyproject.toml $(CORE)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "dragoman needs Python 3.11, 3.12 or 3.13, found $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "dragoman needs a C compiler and Python's headers: gcc, python3-dev" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@rm -f $(patsubst %.pyx,%.c,$(filter %.pyx,$(CORE)))
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

system:
	@PYTHON=$(PYTHON) sh tests/install-system-packages.sh

# The statistical model is learned from the examples, which the terms read first.
$(MODEL): $(wildcard $(KNOWLEDGE)/*/*.txt $(KNOWLEDGE)/*.toml) workers/training.py workers/attributing.py workers/believing.py workers/blending.py workers/pausing.py workers/trait_weights.py $(STAMP) | $(TERMS)
	@echo "learning from the example messages (about two minutes)"
	@$(BIN)/python -m workers.build_model model

$(TERMS): $(wildcard $(KNOWLEDGE)/*/*.txt $(KNOWLEDGE)/*.toml service/understanding/*.py service/understanding/*/*.py) workers/pausing.py workers/trait_weights.py $(STAMP)
	@$(BIN)/python -m workers.build_model terms pauses

%.mo: %.po $(STAMP)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

test: setup ## run the whole test suite
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses auto --dist loadgroup $(ARGS)

demo: setup ## start everything, send the sample enquiries, show the queue (ARGS=--once to stop then)
	$(BIN)/python -m tests.demo $(ARGS)

lint: setup ## check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

catalogs: setup ## gather the strings of the pages and update every catalog
	$(BIN)/pybabel --quiet extract --mapping-file translations/catalogs/babel.cfg --keywords _l --no-location \
	  --project dragoman --version 0 --output-file translations/catalogs/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-pot-creation-date \
	  --input-file translations/catalogs/messages.pot --output-dir translations/catalogs

lock: ## renew requirements.lock from pyproject.toml
	@rm -rf build/lock && $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	build/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --output-file requirements.lock > /dev/null

bench: setup ## measure the door, the pipeline and understanding
	$(BIN)/python -m tests.benchmarks

# The stock library brings PyTorch and other splitters of sentences: an environment of its own, thrown away with build/.
TORCH ?= torch
STOCK := build/stock/.installed

$(STOCK):
	rm -rf build/stock && $(PYTHON) -m venv build/stock
	build/stock/bin/python -m pip install --quiet --disable-pip-version-check argostranslate '$(TORCH)'
	@touch $@

bench-translate: setup ## our translating beside the stock library and the bare engines (TORCH=a smaller build of it)
	@$(MAKE) --no-print-directory $(STOCK) || echo "the stock library cannot be installed: it is not measured" >&2
	$(BIN)/python -m tests.benchmarks.bench_translate $$(test -f $(STOCK) && echo --stock build/stock/bin/python)

eval-translate: setup ## quality on parallel sentences (DATA=folder of <language>-en.tsv) and on our own enquiries
	@test -n "$(DATA)" || { echo "say where the sentences are: make eval-translate DATA=folder" >&2; exit 2; }
	$(BIN)/python -m tests.benchmarks.eval_translate $(DATA) $(ARGS)

clean: ## remove what make made
	rm -rf $(VENV) build data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	rm -rf $(KNOWLEDGE)/model $(KNOWLEDGE)/compiled translations/unpacked
	find translations/catalogs -name '*.mo' -delete
	find service translations \( -name '*.c' -o -name '*.so' \) -delete

eval-red-flags: setup ## red flags on the open half of the test messages, with each failure
	$(BIN)/python -m tests.benchmarks.eval_red_flags $(ARGS)

eval-conditions: setup ## conditions on the open half of the test messages, with each failure
	$(BIN)/python -m tests.benchmarks.eval_conditions $(ARGS)

eval-facts: setup ## facts about the patient on the open half of the test messages, with each failure
	$(BIN)/python -m tests.benchmarks.eval_facts $(ARGS)

eval-intents: setup ## what the writer wants on the open half of the test messages, with each failure
	$(BIN)/python -m tests.benchmarks.eval_intents $(ARGS)
