# Thin names for the scripts beside it; `make help` lists them. Needs Debian 12 and root or sudo, installs the rest.
.DEFAULT_GOAL := help
.PHONY: help setup build run test check format eval bench-peers bench-http bench-cluster bench-answers bench-web pictures crash cluster cluster-chaos fuzz sanitize package clean

help:          ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup:         ## install what building needs
	@scripts/setup build models python

build: setup   ## build/cairn with the web interface inside, and the models beside it
	@scripts/build-web
	@scripts/llama
	@scripts/build cairn cairn-extract
	@scripts/models

run: build     ## load the sample documents, answer two questions about them and serve them
	@scripts/run

test: build    ## all tests and project checks
	@scripts/setup python samples check cluster
	@scripts/samples
	@scripts/models smollm2
	@scripts/s3-server >/dev/null
	@scripts/nginx >/dev/null
	@scripts/terraform-types >/dev/null
	@scripts/python server >/dev/null
	@scripts/python deploy >/dev/null
	@scripts/clients
	@scripts/browser
	@scripts/build
	@scripts/test

check:         ## layout, static analysis, layers and house rules
	@scripts/setup build python check
	@scripts/check

format:        ## lay the source out as .clang-format says
	@scripts/setup check
	@scripts/check --fix

eval: build    ## extraction, retrieval and answer figures on the evaluation data, where it is present
	@scripts/build extract_file
	@scripts/eval

bench-peers: build  ## the same work by the libraries that people use instead, in one run
	@scripts/bench-peers

bench-http: build  ## what serving over HTTP costs, beside the same work in process
	@scripts/bench-http

bench-cluster: build  ## what searching together costs and saves, on three nodes beside one
	@scripts/bench-cluster

bench-answers: build  ## what Cairn adds to the time of a language model
	@scripts/bench-answers

bench-web: build  ## how long a first visit to the web interface takes until it can be used
	@scripts/bench-web

pictures: build  ## take the pictures of the web interface in docs/ anew
	@scripts/pictures

cluster: build ## PostgreSQL, an S3-compatible store and three nodes on loopback, to play with
	@scripts/cluster

cluster-chaos: build ## kill, stop and cut off nodes, database and object store under load, and look for anything lost
	@scripts/cluster-chaos

crash: build   ## kill the program at random moments and verify that nothing is lost or doubled
	@scripts/crash

fuzz:          ## libFuzzer on every parser, a minute each
	@scripts/setup build fuzz
	@scripts/fuzz

sanitize: build  ## the tests under AddressSanitizer with UBSan, then under ThreadSanitizer
	@scripts/sanitize

package: build ## build/cairn_*.deb, checked and installed into a scratch root
	@scripts/setup package
	@scripts/package

clean:         ## remove what was built; downloads stay in .cache
	@rm -rf build build-asan build-tsan build-fuzz
