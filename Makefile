# make run    everything is fetched, built, seeded with the demo city and served
# make test   everything is tested, but the long ones
# make check  what every commit must pass
GO ?= go
DATA ?= data
LISTEN ?= 127.0.0.1:8080
GOLANGCI = $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: run build test check fmt lint bench fuzz soak clean

build:
	$(GO) build -trimpath -o gongkai ./cmd/gongkai

run: build
	./gongkai demo --data $(DATA)
	./gongkai serve --data $(DATA) --listen $(LISTEN)

test:
	$(GO) test -timeout 15m ./...

check: fmt lint
	$(GO) vet ./...
	$(GO) mod verify
	$(GO) test -short -timeout 10m ./...

fmt:
	@test -z "$$(gofmt -l . | tee /dev/stderr)"

lint:
	$(GOLANGCI) run ./...

# The long ones: ratios against a floor or a peer in the same run.
bench:
	GONGKAI_BENCH=$(or $(PART),1) $(GO) test -run "^TestBench$$" -count 1 -timeout 60m -v ./cmd/gongkai

fuzz:
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep ^Fuzz); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 60s -fuzzminimizetime 10x $$p || exit 1; \
	  done; \
	done

soak:
	GONGKAI_SOAK=1 $(GO) test -timeout 60m -run Crash -count 1 ./cmd/gongkai

clean:
	rm -rf gongkai $(DATA)
