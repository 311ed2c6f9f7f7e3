# `make` alone lists the targets. Each one sets up what it needs; nothing is installed outside this folder,
# except, for root on Debian, the system packages of .ci/system.sh.
.DEFAULT_GOAL := help
.PHONY: help setup demo run test mutation fuzz quality bench clean-demo
SHELL := /bin/sh
VENV_PYTHON := .venv/bin/python
WITH := .ci/with-system

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: ## dependencies, as locked, into .venv and node_modules
	@.ci/setup.sh

demo: setup ## the application with demonstration data on http://localhost:8000 (PORT=… to change)
	@.ci/system.sh pdf
	@exec $(WITH) $(VENV_PYTHON) -m cias.embedded demo

run: setup ## development server (DEBUG) and worker
	@.ci/system.sh pdf
	@exec $(WITH) $(VENV_PYTHON) -m cias.embedded run

test: setup ## all the tests, browser included (ARGS="-k word" to choose)
	@.ci/system.sh browser
	@exec $(WITH) $(VENV_PYTHON) -m pytest -n 2 --durations 30 --durations-min 10 $(ARGS)

mutation: setup ## takes each guard of access away in turn: the tests must notice (about ten minutes)
	@.ci/system.sh pdf
	@MUTATIONS=all $(WITH) $(VENV_PYTHON) -m pytest tests/access/test_mutations.py tests/access/test_every_guard.py \
		-n 0 -o timeout=3600
	@exec $(WITH) $(VENV_PYTHON) -m tests.access.elsewhere

fuzz: setup ## more nonsense than the tests in every form, and in every address (FUZZ_EXAMPLES=… to choose)
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-2} exec $(WITH) $(VENV_PYTHON) -m pytest tests/faults/test_every_form.py -n 0

quality: setup ## format, lint, types, templates, architecture, migrations, deployment
	@.ci/system.sh pdf
	@exec $(WITH) .ci/quality.sh

bench: setup ## benchmarks, each compared with a yardstick of the same run (ONLY=pages,names SCALE=small to choose)
	@.ci/system.sh browser
	@exec $(WITH) $(VENV_PYTHON) .ci/bench.py

clean-demo: setup ## forgets the demonstration: database, queue, documents
	@exec $(VENV_PYTHON) -m cias.embedded clean
