# Everything that is done to the project, by name. `make refresh` and `make test` set up what they need.

PYTHON ?= python3
BIN := .venv/bin
# An environment of its own: pandera imports PySpark wherever it is installed
SPARK := data/build/spark_environment
SUPERSET := data/build/superset/environment

# Python keeps what it compiled, also where the environment forbids it: each process that compiles Dagster and dbt anew takes
# twice as long to start
unexport PYTHONDONTWRITEBYTECODE

.PHONY: refresh demo superset test test-fast test-superset browser check spark benchmark benchmark-market benchmark-live-store \
	benchmark-minute-bars benchmark-spark benchmark-reconciliation benchmark-filings benchmark-issuers \
	torture-readers torture-crash torture-time-travel torture-kept torture-lives explore fuzz audit generated dictionary clean

refresh: .venv/.installed  ## set up, then build and publish a release from the committed facts (no network needed after set-up)
	$(BIN)/freefloat refresh

demo: .venv/.installed  ## a live refresh against stand-ins on loopback, with made-up prices, into data/build/demo
	FREEFLOAT_DATA_DIR=$(CURDIR)/data/build/demo $(BIN)/python -m tests.standins $(BIN)/freefloat refresh --live

superset: $(SUPERSET)/.installed  ## a Superset of its own on loopback, with dashboards of the current release; SUPERSET_PORT, SUPERSET_ADMIN_PASSWORD
	$(BIN)/python -m orchestration.bi.superset.serve $(CURDIR)/$(SUPERSET)

test: .venv/.installed  ## set up, then run all tests; those that look at pages need a Chromium (`make browser`)
	@$(BIN)/python -m tests.chromium || true
	$(BIN)/pytest

test-fast: .venv/.installed  ## the tests that need no full build of the warehouse: the loop while you work
	@$(BIN)/python -m tests.chromium || true
	$(BIN)/pytest -m "not full_build"

test-superset: $(SUPERSET)/.installed  ## start a Superset and look at its dashboards while releases are published: some minutes
	SCREENSHOTS=1 SUPERSET_ENVIRONMENT=$(CURDIR)/$(SUPERSET) $(BIN)/pytest -n 0 tests/orchestration/bi/superset_dashboards.py

browser:  ## install Debian's Chromium with apt-get, through sudo unless you are root; nothing if there is one already
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi; \
	install="$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends fonts-dejavu-core"; \
	$$as_root apt-get -qq update && { $$install chromium-headless-shell || $$install chromium; } || \
	{ echo "no Chromium for the tests of the report, and apt-get can't install it: install Chromium by hand" >&2; exit 1; }

check: .venv/.installed  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check
	mkdir -p data/build
	FREEFLOAT_DATA_DIR=$(CURDIR)/data DBT_TARGET_PATH=$(CURDIR)/data/build/sqruff DBT_LOG_PATH=$(CURDIR)/data/build/sqruff \
		$(BIN)/sqruff lint dbt_project/models dbt_project/tests

benchmark: .venv/.installed  ## time a refresh, a second one in the same process, and a bare `dbt build` of the same models
	$(BIN)/python tests/benchmarks/refresh.py

benchmark-market: .venv/.installed  ## time the bar models beside a plain query, and a new day, at 2, 5 and 20 million bars (BARS="2000000 5000000")
	$(BIN)/python -m tests.benchmarks.bars $(if $(BARS),--bars $(BARS))

benchmark-live-store: .venv/.installed  ## time what an answer of a live source costs to land, at two lengths of history
	$(BIN)/python -m tests.benchmarks.live_store

benchmark-minute-bars: .venv/.installed  ## time what a month of minute bars of a whole exchange costs to write, add up and read
	$(BIN)/python -m tests.benchmarks.minute_bars

benchmark-reconciliation: .venv/.installed  ## time the models that recompute printed figures
	$(BIN)/python tests/benchmarks/reconciliation.py

benchmark-issuers: .venv/.installed  ## time a refresh of 1,000 made-up issuers with 60,000 lots; BESIDE=FOLDER times another checkout too
	$(BIN)/python tests/benchmarks/issuers.py $(BESIDE)

benchmark-filings: .venv/.installed  ## time reading and landing 200 filings of 20 pages, and landing them unchanged
	$(BIN)/python -m tests.benchmarks.filings

torture-readers: .venv/.installed  ## readers of four kinds while 200 releases are published: some minutes
	$(BIN)/python -m tests.torture.readers --releases 200

torture-crash: .venv/.installed  ## kill a refresh at each step and at 200 random instants, and fill its disk: one to two hours
	$(BIN)/python -m tests.torture.crash --random 200

torture-time-travel: .venv/.installed  ## builds as of 20 days, each against a build from only what was known by then: some minutes
	$(BIN)/python -m tests.torture.time_travel --days 20

torture-kept: .venv/.installed  ## random changes of facts, each built on what is kept and from nothing: about 20 minutes
	$(BIN)/python -m tests.torture.kept_builds --steps 12

torture-lives: .venv/.installed  ## 20 seeds of 150 random lives of companies, as of each day on which something became known: some minutes
	LIVES_SEEDS="$$(seq -s ' ' 2 21)" LIVES_COMPANIES=150 $(BIN)/pytest -n 2 tests/dbt/test_lives.py

explore: .venv/.installed  ## the property tests with examples that no run has drawn yet, 5,000 each: some minutes
	$(BIN)/pytest --hypothesis-profile explore $$(grep -rl --include='test_*.py' '^from hypothesis' tests)

fuzz: .venv/.installed  ## fuzz each parser for 20 seconds
	$(BIN)/python -m tests.fuzz --seconds 20

spark: .venv/.installed  ## build the models on Spark too (Sail on loopback, or SPARK_REMOTE) and compare every table with DuckDB's
	UV_PROJECT_ENVIRONMENT=$(SPARK) $(BIN)/uv sync --quiet --frozen --extra spark
	$(SPARK)/bin/python -m tests.spark_comparison

benchmark-spark: .venv/.installed  ## time the bar models on Spark beside DuckDB at 20 million bars, and compare them (BARS=2000000)
	UV_PROJECT_ENVIRONMENT=$(SPARK) $(BIN)/uv sync --quiet --frozen --extra spark
	$(SPARK)/bin/python -m tests.benchmarks.bars_on_spark $(if $(BARS),--bars $(BARS))

audit: .venv/.installed  ## ask the OSV database for known vulnerabilities of what uv.lock pins; fails if it can't ask
	$(BIN)/uv audit --frozen --preview-features audit-command

generated: .venv/.installed  ## write what of the dbt project is made from elsewhere: sources.yml, exposures.yml, the list of marts
	$(BIN)/python -m orchestration.defs.dbt_generated

dictionary: .venv/.installed  ## write data/build/data_dictionary.md from the current release
	$(BIN)/python -m orchestration.reading.dictionary

# uv installs exactly what uv.lock says, with hashes checked
.venv/.installed: pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet "uv~=0.13.9"
	$(BIN)/uv sync --quiet --frozen --inexact --compile-bytecode
	touch $@

# Superset stands on older packages than this project, which know no Python 3.13: it has an environment of its own, with hashes
# checked too
$(SUPERSET)/.installed: orchestration/bi/superset/requirements.txt .venv/.installed
	$(BIN)/uv venv --quiet --clear --no-python-downloads --python '>=3.11,<3.13' $(SUPERSET)
	$(BIN)/uv pip install --quiet --python $(SUPERSET)/bin/python --require-hashes --requirement $<
	touch $@

clean:  ## remove what is generated, but not releases
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis data/landed data/quarantine
	if [ -d data/build ]; then find data/build -mindepth 1 ! -name refresh.lock -delete; fi
