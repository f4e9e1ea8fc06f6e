# Thin: everything is in setup.sh and run_autograder.
.PHONY: run test check

EXERCISE ?= epfl-cs433-ps09
SUBMISSION ?= exercises/$(EXERCISE)/submissions/correct

run: ## Grade a submission: make run EXERCISE=... SUBMISSION=...
	./run_autograder "$(EXERCISE)" "$(SUBMISSION)"

test: ## Run every test; make test ARGS="-k sequence"
	./setup.sh test $(ARGS)

check: ## Lint and types
	./setup.sh check
