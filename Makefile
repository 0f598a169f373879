.DEFAULT_GOAL := help

help: ## Show these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: ## Install for development, in the active environment
	pip install -e '.[test,lint]'

test: ## Run the tests
	pytest

lint: ## Check format, lint, types and floors
	ruff format --check . && ruff check . && mypy && lint-imports

format: ## Format the code
	ruff format . && ruff check --fix .

golden: ## Write the golden files anew; read the diff
	BROADSHEET_REWRITE_GOLDEN=1 pytest tests/golden

screenshot: ## Make the README's picture with the browser tests
	BROADSHEET_SCREENSHOT=1 pytest tests/browser

relevance: ## Measure search on the judged collections (wants ../shared/data)
	python -m broadsheet evaluate $(foreach name,scifact cranfield cacm cisi topic_lists,../shared/data/collections/$(name))

bench: ## Measure the ground floor (minutes; wants ../shared/data)
	python benchmarks/ground_floor.py

ci: ## Everything that must be green
	bash .ci/run

.PHONY: help install test lint format golden screenshot relevance bench ci
