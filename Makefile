# Targets for people in a hurry; CMake presets do the work. `make help` lists them.
BUILD := build/release
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help setup setup-training configure build demo test bench format check-format floors install clean

help:
	@echo "make demo    install what is missing, build, walk from weights to an answer, serve it (ONCE=1: end by itself)"
	@echo "make test    all tests"
	@echo "make bench   kernel benchmarks with their yardsticks"
	@echo "make install put the binary and the bundled model under PREFIX (/usr/local), below DESTDIR if given"
	@echo "make setup-training   install PyTorch for training/ (Debian's, for the CPU)"
	@echo "make setup   install the Debian packages;  make build  build/release/nibble;  make format  clang-format"

setup:
	@tools/setup.sh

setup-training:
	@tools/setup_training.sh

configure: setup
	@cmake --preset release >/dev/null

build: configure
	@cmake --build --preset release -j $(JOBS)

test: build check-format floors
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

demo: build
	@tools/demo.sh $(if $(ONCE),--once)

install: build
	@DESTDIR=$(DESTDIR) cmake --install $(BUILD) --prefix $(PREFIX)

bench: build
	@tools/bench.sh

format:
	@git ls-files '*.cc' '*.h' '*.cu' '*.cuh' | xargs clang-format -i

check-format:
	@git ls-files '*.cc' '*.h' '*.cu' '*.cuh' | xargs clang-format --dry-run -Werror

floors:
	@tools/check_floors.py

clean:
	rm -rf build
