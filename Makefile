# SPDX-License-Identifier: Apache-2.0
# What takes more than a line is in tools/, which needs nothing but Python.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up destroy test lint mutants docs bench evidence site env clean packages dev-packages bench-packages site-packages engine azurite chromium toolchains quick-engine versitygw release release-packages versions

# The first Python that is new enough, or the one that was asked for.
tried = $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11)
new_enough = import sys; sys.exit(sys.version_info < (3, 11))
found = $(shell for p in $(tried); do "$$p" -c '$(new_enough)' 2>/dev/null && echo "$$p" && break; done)
no_python = no Python 3.11 or newer among $(tried): install one, or name it: make PYTHON=/path/to/python3
python = "$(or $(found),$(error $(no_python)))"

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

up: packages engine ## Buy the program's numbers in a sandbox on this machine, and show the outputs
	@$(python) -m tools.stack up

destroy: packages engine ## Release them again
	@$(python) -m tools.stack destroy

test: dev-packages engine quick-engine azurite chromium toolchains ## Run every test (some of them: make test ARGS="-k adopt")
	@$(python) -m tools.run pytest -n auto --dist worksteal tests $(ARGS)

lint: dev-packages ## Check style and types
	@$(python) -m tools.lint

mutants: dev-packages ## Put small faults into the code that decides about money, and see each noticed
	@PYTHONHASHSEED=0 .venv/bin/python -m tools.mutants $(ARGS)

docs: dev-packages ## Write anew what is made from args/, docstrings, the API's table and texts of pictures
	@$(python) -m tools.run python -m tools.made code
	@$(python) -m tools.run python -m tools.made documentation

bench: bench-packages engine versitygw ## Measure against the engine alone, and write docs/evidence/performance.md
	@$(python) -m tools.run python -m bench $(ARGS)

evidence: dev-packages engine quick-engine ## Kill and stop machines at every step, and write docs/evidence/machines.md
	@$(python) -m tools.run python -m tests.evidence $(ARGS)

site: site-packages ## Make the site of the documentation, in .local/site
	@.venv/bin/python -m tools.site

versions: dev-packages engine quick-engine azurite ## Run tests on each Python of this machine, and with the lowest packages
	@$(python) -m tools.versions $(ARGS)

release: release-packages engine ## Build source and wheel in dist/, check them, and run the wheel in an empty environment
	@$(python) -m tools.release

env: packages engine ## Print the shell settings for a prompt: eval "$(make -s env)"
	@$(python) -m tools.exports

clean: ## Remove all that the other commands made
	@$(python) -m tools.clean

packages:
	@$(python) -m tools.packages

dev-packages:
	@$(python) -m tools.packages --dev

bench-packages:
	@$(python) -m tools.packages --bench

site-packages:
	@$(python) -m tools.packages --site

release-packages:
	@$(python) -m tools.packages --release

engine: packages
	@$(python) -m tools.engine

quick-engine: engine
	@$(python) -m tools.quick_engine

azurite:
	@$(python) -m tools.azurite

chromium:
	@$(python) -m tools.chromium

toolchains: dev-packages engine
	@$(python) -m tools.toolchains

versitygw:
	@$(python) -m tools.versitygw
