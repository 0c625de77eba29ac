# make demo : own virtual environment, install, run the main job, say where the results lie
# make test : everything that is checked before a change lands
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DEMO   ?= demo

.DEFAULT_GOAL := help
.PHONY: help demo test lint coverage matrix glow-stats dark-stats diagnose-fit diagnose-stats pictures golden siril-scripts siril-roots pixinsight-repository bench lock fuzz install-check clean

help:
	@echo "make demo         install into $(VENV) and run the whole path on a small synthetic night"
	@echo "make test         linters, types, import order and all tests"
	@echo "make coverage     how often stated errors cover the truth, on many random nights (long)"
	@echo "make matrix       what can be done to a light and its dark, combined: the verdicts against the truth (long)"
	@echo "make golden       rewrite the expected scripts after a wanted change; read the diff"
	@echo "make bench        speed against named floors and peers, as ratios"
	@echo "make bench-million  does the index of a million frames stay as fast and as small?"
	@echo "make soak         eight processes at one index; 200 kills of commands; 10000 frames proved (long)"
	@echo "make siril-scripts write siril_scripts/ anew, after a change of its template or of the emitter"
	@echo "make glow-stats   the glow measurement on some hundred synthetic darks, as a table"
	@echo "make dark-stats   single darks on some hundred synthetic sets, good and spoiled, as a table"
	@echo "make diagnose-fit    fit the weights of the diagnosis on scenes for tuning (long)"
	@echo "make diagnose-stats  how often the diagnosis is right, on other scenes, as tables (long)"
	@echo "make pictures     the pictures of docs/amp-glow.md (needs Siril)"
	@echo "make siril-roots  real Siril 1.2 and 1.4 for the tests (Debian, as root)"
	@echo "make lock         write the locked versions in .ci/ anew"
	@echo "make fuzz         coverage-guided fuzzing of every reader, FUZZ=3600 seconds each (long)"
	@echo "make mutate       mutants of the packages that judge: how many do the tests notice? MUTANTS=300 each (long)"
	@echo "make install-check wheel and sdist in clean environments of each supported Python (long)"
	@echo "make pixinsight-repository  packages and updates.xri for PixInsight, in build/pixinsight"

# One line that names what is missing, instead of a page of somebody else's errors.
.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { echo "missing package: python3 (3.11 or newer)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing package: python3 3.11 or newer (this is $$($(PYTHON) -V)); try make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "missing package: python3-venv"; exit 1; }

$(BIN)/python: | python
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	@echo "installing ampglow into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[engine,plot,report]'
	@touch $@

$(VENV)/.dev: pyproject.toml .ci/requirements-dev.txt | $(BIN)/python
	@echo "installing ampglow and its test tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	@$(BIN)/ampglow demo -o $(DEMO) --force

test: lint
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/.dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

# 1330 random nights, and some of them with the bias subtracted by itself; the tables of docs/proof.md. About 40 minutes
# on one core.
coverage: $(VENV)/.dev
	@OMP_NUM_THREADS=1 nice $(BIN)/python -m tests.sigma 1330
	@OMP_NUM_THREADS=1 nice $(BIN)/python -m tests.sigma 0 400 --own-bias
	@OMP_NUM_THREADS=1 nice $(BIN)/python -m tests.glow.coverage

# 360 combinations; the table of docs/matrix.md. About 3 minutes on one core.
matrix: $(VENV)/.dev
	@OMP_NUM_THREADS=1 nice $(BIN)/python -m tests.matrix

golden: $(VENV)/.dev
	@AMPGLOW_UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q -n 0 tests/siril/test_golden.py tests/pixinsight/test_emit.py tests/rules tests/planning/test_sequences.py \
	  tests/siril/test_rule_cases.py tests/pixinsight/test_rule_cases.py

bench: $(VENV)/.dev
	@set -e; for bench in tests/bench/bench_*.py; do $(BIN)/python -m tests.bench.$$(basename $$bench .py); done

# Two minutes and 250 MB on the disk.
.PHONY: bench-million
bench-million: $(VENV)/.dev
	@nice $(BIN)/python -m tests.bench.bench_index --frames 10000 100000 1000000

# Long checks of what a short test shows only by luck.
.PHONY: soak
soak: $(VENV)/.dev
	@nice $(BIN)/python -m tests.soak.index --seconds 60
	@nice $(BIN)/python -m tests.soak.kills --kills 200
	@OPENBLAS_NUM_THREADS=1 nice $(BIN)/python -m tests.soak.verify

siril-scripts: $(VENV)/.demo
	@$(BIN)/python siril_scripts/tools/make.py

glow-stats: $(VENV)/.dev
	@$(BIN)/python -m tests.glow.stats

dark-stats: $(VENV)/.dev
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.darks.stats
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.darks.bodies

# 2000 scenes, about 0.7 s each on one core
diagnose-fit: $(VENV)/.dev
	@OPENBLAS_NUM_THREADS=1 nice $(BIN)/python -m tests.diagnosis.fit

# 2100 scenes; the tables of docs/diagnose.md
diagnose-stats: $(VENV)/.dev
	@OPENBLAS_NUM_THREADS=1 nice $(BIN)/python -m tests.diagnosis.stats --write

pictures: $(VENV)/.dev
	@$(BIN)/python docs/tools/pictures.py

siril-roots:
	@tests/siril/roots.sh .siril-roots

pixinsight-repository: $(VENV)/.demo
	@$(BIN)/python pixinsight_js/tools/tables.py --check
	@$(BIN)/python pixinsight_js/tools/repository.py build/pixinsight
	@echo "build/pixinsight: put this folder on a web server; it is not signed"

# Versions with hashes, for every supported Python and system; uv resolves for all of them at once.
lock: | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@for set in run dev; do \
	  extras=$$($(BIN)/python -c 'import tomllib; print(*("--extra " + e for e in tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"] if (e == "dev") == ("'$$set'" == "dev")))'); \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade $$extras \
	    $$(test $$set = run || echo --constraints .ci/requirements-run.txt) -o .ci/requirements-$$set.txt pyproject.toml || exit 1; done

# Coverage-guided fuzzing of every reader, FUZZ processor seconds each, in turns; atheris has wheels for Python 3.11 to
# 3.13 on Linux. A later run goes on where the last one ended.
FUZZ ?= 3600
fuzz: $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris
	@nice $(BIN)/python -m tests.fuzz.rounds $(FUZZ)

# About two seconds a mutant on one core, and some minutes before the first; docs/mutation.md.
MUTANTS  ?= 300
SEED     ?= 1
PACKAGES ?= rules matching planning proof
.PHONY: mutate
mutate: $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "cosmic-ray>=8.7" "coverage>=7.6"
	@$(BIN)/python -m pytest -q tests/mutation
	@nice $(BIN)/python -m tests.mutation $(PACKAGES) --mutants $(MUTANTS) --seed $(SEED)

install-check: $(VENV)/.dev
	@$(BIN)/python -m tests.soak.install

clean:
	@rm -rf $(VENV) $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
