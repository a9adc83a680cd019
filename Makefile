.DEFAULT_GOAL := help
.PHONY: help demo test check install clean requirements
BIN := .venv/bin
EXAMPLES := quick

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  make demo ARGS="--speed 60"   (python -m pipeline demo --help lists the rest)'

demo: ## install what is missing, start everything, print the address of the screen
	@sh pipeline/local/install.sh
	@exec $(BIN)/python -m pipeline demo $(ARGS)

test: ## install what is missing, a browser too; then make check and the tests on real services
	@sh pipeline/local/install.sh --tests
	@$(MAKE) --no-print-directory check EXAMPLES=daping
	$(BIN)/python -m pytest tests/e2e --durations=5
	$(BIN)/python -m pytest tests/integration -n 2 --dist loadfile --durations=5

check: ## format, lint, types, imports, catalogue, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pipeline check
	$(BIN)/python -m pytest tests/unit -q -n 2 --dist worksteal --hypothesis-profile=$(EXAMPLES)

install: ## install what is missing: Debian packages, .venv, jars
	@sh pipeline/local/install.sh

requirements: ## pin the environment again after a change of pyproject.toml
	uv pip compile pyproject.toml --group dev --python-version 3.11 --no-header -o requirements.txt

clean: ## delete caches; .venv and DAPING_HOME stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache target
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
