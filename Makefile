# Everything is built, started and checked from here; `make help` lists how.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Options of single runs: make test-go PKG=./desk/... ARGS='-run Window -v', make run ARGS='--fresh'
PKG ?= ./...
ARGS ?=

# Stages, in order; each is a target of its own.
CHECK := build format vet staticcheck imports tidy generated web-check web-size shell
TEST := services build test-go test-web $(if $(wildcard e2e/browser),test-e2e) $(if $(wildcard e2e/referees),test-referees)

# Committed files that `make generate` writes.
GENERATED := web/openapi.json web/src/api/schema.d.ts

WEB_SOURCES := $(shell find web/src web/public web/*.* -not -path 'web/src/*.test.*' 2>/dev/null)
INSTALLED := node_modules/.package-lock.json

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## build all and start the demo on http://127.0.0.1:8080
	@exec bin/parley demo $(ARGS)

.PHONY: build
build: web/dist/index.html ## the app and the binary that holds it: bin/parley
	@CGO_ENABLED=0 go build -trimpath -buildvcs=false -o bin/parley \
	  -ldflags "-s -w -X main.version=$$(git describe --tags --always --dirty 2>/dev/null || echo unknown)" ./cmd/parley

web/dist/index.html: web/$(INSTALLED) $(WEB_SOURCES)
	cd web && npm run build
	@touch $@

# npm ci runs again only when the lock file is newer than what it installed.
%/$(INSTALLED): %/package-lock.json | require
	cd $* && npm ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

.PHONY: require
require:
	@scripts/require.sh

.PHONY: check
check: ## format, vet, staticcheck, import rules, generated files, types and shell
	@scripts/stages.sh $(CHECK)

.PHONY: test
test: ## every test: Go on both databases, the app, browser stories, foreign SDKs
	@scripts/stages.sh $(TEST)

.PHONY: test-go
test-go: ## Go tests only; PKG=./desk/... ARGS='-run Window' narrow them
	@scripts/services.sh postgres redis cc -- scripts/go-test.sh $(PKG) $(ARGS)

.PHONY: test-web
test-web: web/$(INSTALLED) ## tests of the app's TypeScript
	cd web && npm test $(if $(PARLEY_TEST_REPORTS),-- --reporter=default --reporter=junit \
	  --outputFile.junit=$(PARLEY_TEST_REPORTS)/vitest.xml)

.PHONY: test-e2e
test-e2e: build e2e/browser/$(INSTALLED) ## stories in a browser against bin/parley
	scripts/services.sh postgres chromium -- npm --prefix e2e/browser run e2e

.PHONY: test-referees
test-referees: build ## foreign WhatsApp SDKs against the simulator
	e2e/referees/run.sh

# make chaos N=1000 SEED=1, on PostgreSQL with DB=postgres.
N ?= 1000
SEED ?= 1
DB ?= sqlite

.PHONY: chaos
chaos: ## kill the server N times under load and prove that nothing was lost; SEED, DB=postgres
	@scripts/services.sh $(if $(filter postgres,$(DB)),pgbin) -- go run ./e2e/chaos/cmd -kills $(N) -seed $(SEED) -per-round 100 $(if $(filter postgres,$(DB)),-postgres)

.PHONY: properties
properties: ## 100,000 scenarios of repeated and reordered hooks on a real store; SEED
	go test ./desk -run TestEveryDeliveryEndsAlike -count=1 -timeout 1h -v -rapid.checks=5000 -rapid.seed=$(SEED) -rapid.nofailfile

.PHONY: services
services:
	scripts/services.sh postgres redis chromium cc -- true

# Size of the generated data of `make bench`: 100k or 1m.
SIZE ?= 100k

.PHONY: bench
bench: build ## measure this machine; SIZE=1m for a million conversations; the report is data/bench-SIZE.md
	scripts/bench.sh $(SIZE) $(ARGS)

.PHONY: screenshots
screenshots: build e2e/browser/$(INSTALLED) ## take the pictures in docs/ again
	scripts/services.sh chromium -- npm --prefix e2e/browser run screenshots

.PHONY: format
format:
	@files=$$(find . \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -print | xargs gofmt -l); \
	if [ -n "$$files" ]; then echo "not formatted, run gofmt -w on:"; echo "$$files"; exit 1; fi

.PHONY: vet
vet: web/dist/index.html
	go vet ./...

.PHONY: staticcheck
staticcheck: web/dist/index.html
	go tool -modfile=tools/go.mod staticcheck ./...

.PHONY: imports
imports:
	go test -count=1 ./internal/archtest

.PHONY: tidy
tidy:
	go mod tidy -diff
	cd tools && go mod tidy -diff
	cd e2e/referees && go mod tidy -diff

.PHONY: generate
generate: web/$(INSTALLED) ## write the API description and its TypeScript types again
	GOFLAGS="$${GOFLAGS:-} -tags=no_ui" go generate ./...
	cd web && npm run api

.PHONY: generated
generated: web/$(INSTALLED)
	@scripts/generated.sh $(GENERATED)

.PHONY: web-check
web-check: web/$(INSTALLED)
	cd web && npm run check

.PHONY: web-size
web-size: web/dist/index.html
	cd web && npm run size

.PHONY: shell
shell:
	@find . \( -name node_modules -o -name .git -o -name .cache \) -prune -o \( -name '*.sh' -o -path ./.ci/run \) -print | \
	  while read -r file; do bash -n "$$file"; done

.PHONY: clean
clean: ## remove what was built and fetched, but not the data
	rm -rf bin .cache web/dist web/node_modules e2e/*/node_modules
