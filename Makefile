# Ringside. `make` leaves ./ringside; `make help` says in one line each what else there is.
#
#   src/<room>/*.c --> build/<mode>-<cc>/<room>/*.o --> libcore.a   base db check sim: the pure rooms
#                                                   --> librooms.a  the other rooms, without main()
#                                                   --> ringside
#   tests/*/test_*.c, tests/fuzz/fuzz_*.c, tests/bench/*.c --> build/<mode>-<cc>/tests/, one program a
#   file; all other tests/*/*.c are what tests share, libsupport.a
#
# One folder for each mode and compiler, and everything in it also depends on the exact flags
# (the file `flags`), so objects of two kinds never meet in one program. What is missing on the
# machine is installed by tools/need.sh, which says so; NEED=off leaves that to you.

MODE   ?= release
PREFIX ?= /usr/local
WERROR ?= -Werror
ifeq ($(origin CC),default)
CC := $(if $(filter fuzz,$(MODE)),clang,gcc)
endif
BUILD  ?= build/$(MODE)-$(notdir $(firstword $(CC)))

# Use every processor, unless a -j was given or several goals that must wait for each other.
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
ifeq ($(MAKELEVEL)$(word 2,$(MAKECMDGOALS)),0)
MAKEFLAGS += -j$(JOBS)
endif

# --- flags -------------------------------------------------------------------------------------
OPT_release := -O2
OPT_debug   := -O0
OPT_asan    := -O1
OPT_cover   := -O0
OPT_fuzz    := -O1
EXTRA_asan  := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
EXTRA_cover := --coverage
EXTRA_fuzz  := $(EXTRA_asan) -fsanitize=fuzzer-no-link
ifeq ($(OPT_$(MODE)),)
$(error MODE=$(MODE) is not known; there are release, debug, asan, cover and fuzz)
endif
OPT ?= $(OPT_$(MODE))

# Nothing that a run computes may depend on the compiler: no fused multiply-add, one signedness of
# char, no type-based guesses about aliasing.
WARN  := -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes -Wmissing-prototypes
EXACT := -fno-strict-aliasing -ffp-contract=off -fsigned-char
FLAGS  = -std=c11 $(WARN) $(EXACT) -D_GNU_SOURCE -Isrc -g $(OPT) $(EXTRA_$(MODE)) $(CPPFLAGS) $(CFLAGS)

# --- sources and objects -----------------------------------------------------------------------
PURE    := base db check sim
SOURCES := $(sort $(wildcard src/*/*.c src/*/*/*.c))
ifeq ($(HEADLESS),1)
SOURCES := $(filter-out src/viz/window/window_sdl%,$(SOURCES))
endif
WINDOW  := $(filter src/viz/window/window_sdl.c,$(SOURCES))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o)
CORE    := $(filter $(PURE:%=$(BUILD)/%/%),$(OBJECTS))
ROOMS   := $(filter-out $(CORE) $(BUILD)/cli/main.o,$(OBJECTS))
programs = $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard $(1))))
TESTS   := $(call programs,tests/*/test_*.c)
FUZZERS := $(call programs,tests/fuzz/fuzz_*.c)
BENCHES := $(call programs,tests/bench/*.c)
SUPPORT := $(addsuffix .o,$(filter-out $(TESTS) $(FUZZERS) $(BENCHES),$(call programs,tests/*/*.c)))
PARTS   := $(BUILD)/librooms.a $(BUILD)/libcore.a

# SDL is for the window only, and only the window's objects see its flags. pkg-config runs when a
# recipe needs it, so after tools/need.sh has had its chance.
FLAGS_viz = $(if $(WINDOW),$(shell pkg-config --cflags sdl2 SDL2_ttf))
FLAGS_cli = $(if $(WINDOW),-DRINGSIDE_WINDOW) -I$(BUILD)
LIBS      = -lcjson $(if $(WINDOW),$(shell pkg-config --libs sdl2 SDL2_ttf)) -lm
say       = @printf '  %-5s %s\n' $(1) $(2)
Q        := $(if $(V),,@)
export CC HEADLESS JOBS NEED T

# --- what a person asks for --------------------------------------------------------------------
.DEFAULT_GOAL := all
all: $(BUILD)/ringside ## build ./ringside (MODE=release|debug|asan|cover, CC=gcc|clang, HEADLESS=1, V=1)
	@cmp -s $< ringside || { rm -f ringside && cp $< ringside; }

demo: all ## build, then run scenarios/demo.json
	@./ringside run scenarios/demo.json

test: ## every test, the gates, the same tests under sanitizers, fuzzers briefly (T=WORD: only these)
	@tools/need.sh build test && FUZZ_SECONDS=$(or $(FUZZ_SECONDS),3) tests/run.sh
test-long: ## the same with more seeds, the whole build matrix and a minute for each fuzzer
	@tools/need.sh build test all-determinism
	@LONG=1 LIMIT=7200 FUZZ_SECONDS=60 tests/run.sh

back: $(BUILD)/tests/viz/test_back ## every step of every scenario, there and back, the same bytes (20 s)
	@BACK=every $<

bench: $(BENCHES) ## build and run tests/bench
	@for program in $(BENCHES); do echo "== $${program##*/}" && $$program || exit; done

determinism: ## every scenario: the same report from other compilers, flags, addresses, with time travel
	@tools/need.sh build determinism && tests/house/determinism.sh --matrix some
determinism-all: ## the same with every compiler, level and sanitizer, and on aarch64 under qemu
	@tools/need.sh build determinism all-determinism && tests/house/determinism.sh --matrix all

goldens: $(BUILD)/tests/viz/test_goldens ## write anew what the window draws in each state (tests/viz/golden)
	@mkdir -p tests/viz/golden && CMOCKA_MESSAGE_OUTPUT=TAP $< --update | grep -c '^ok'
screenshots: all ## make the images of the README (docs/images)
	@tools/need.sh font
	@tools/screenshots.sh ./ringside

fuzz: ## let each fuzzer run for FUZZ_SECONDS (10)
	@tools/need.sh build fuzz && FUZZ_SECONDS=$(or $(FUZZ_SECONDS),10) tests/run.sh fuzz

layers: ## prove who includes whom
	@tests/house/layers.sh
purity: $(BUILD)/libcore.a ## prove that the pure rooms call nothing and keep nothing
	@tests/house/purity.sh . $(BUILD)
style: ## file-top essays, length of functions and lines
	@tests/house/style.sh

coverage: ## which lines the tests reach, by room and for the files reached least
	@tools/need.sh build test && tools/coverage.sh
format-check: ## compare the layout with .clang-format, where clang-format is installed
	@if command -v clang-format >/dev/null; then clang-format --dry-run -Werror src/*/*.[ch] src/*/*/*.[ch]; \
	else echo "format-check: clang-format is not installed, so nothing was compared"; fi

bare: ## prove that `make demo` and `make test` work on a Debian with nothing installed (root)
	@tools/bare.sh

deps: ## install everything that any target here needs
	@tools/need.sh build font test fuzz determinism all-determinism bare format

install: $(BUILD)/ringside ## install below PREFIX (/usr/local), staged in DESTDIR
	@tools/install.sh $(BUILD)/ringside '$(DESTDIR)$(PREFIX)'
uninstall: ## remove what install put there
	@tools/install.sh --remove '$(DESTDIR)$(PREFIX)'
clean: ## remove everything that was built
	rm -rf --one-file-system build ringside

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# --- how it is made ----------------------------------------------------------------------------
tests-built: $(TESTS)
fuzzers: $(FUZZERS)
need:
	@tools/need.sh build $(if $(filter bench,$(MAKECMDGOALS)),cmocka)

$(BUILD)/ringside: $(BUILD)/cli/main.o $(PARTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(FLAGS) $(LDFLAGS) $^ $(LIBS) -o $@

$(BUILD)/libcore.a: $(CORE) $(BUILD)/sources
$(BUILD)/librooms.a: $(ROOMS) $(BUILD)/sources
$(BUILD)/libsupport.a: $(SUPPORT) $(BUILD)/sources
$(BUILD)/lib%.a:
	$(Q)rm -f $@ && $(AR) qcsD $@ $(filter %.o,$^)

$(BUILD)/%.o: src/%.c $(BUILD)/flags | need
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(FLAGS) $(FLAGS_$(firstword $(subst /, ,$*))) -MMD -MP -c $< -o $@

# The page that plays a run (src/cli/html) as C strings, a line of it a line here. A question mark is
# escaped as well, or two of them could begin what C calls a trigraph.
PAGE := $(patsubst src/%,$(BUILD)/%.inc,$(filter-out %.c %.h,$(wildcard src/cli/html/*)))
$(BUILD)/%.inc: src/%
	$(Q)mkdir -p $(@D) && sed 's/[\\"?]/\\&/g; s/^/"/; s/$$/\\n"/' $< > $@
$(BUILD)/cli/html/html_player.o: $(PAGE)

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags | need
	$(Q)mkdir -p $(@D) && $(CC) $(FLAGS) -Itests -MMD -MP -c $< -o $@

# One program a file: a cmocka test, a fuzzer or a benchmark. main() of the program is left out.
$(TESTS): KIND := -lcmocka -lm
$(FUZZERS): KIND := -fsanitize=fuzzer
$(BENCHES): KIND := -lm
$(TESTS) $(FUZZERS) $(BENCHES): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libsupport.a $(PARTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(FLAGS) $(LDFLAGS) $^ $(KIND) $(LIBS) -o $@

# Two files that change only when their text does: all objects hang on the flags, the archives on
# the list of sources, so that a deleted file leaves them.
$(BUILD)/flags: FORCE | need
	@mkdir -p $(@D); text='$(CC) $(FLAGS) $(FLAGS_cli)'" $$($(CC) -dumpfullversion -dumpversion)"; \
	echo "$$text" | cmp -s - $@ || echo "$$text" > $@
$(BUILD)/sources: FORCE
	@mkdir -p $(@D); echo '$(SOURCES) $(SUPPORT)' | cmp -s - $@ || echo '$(SOURCES) $(SUPPORT)' > $@

FORCE:
.PHONY: FORCE need all demo test test-long back bench determinism determinism-all goldens screenshots fuzz \
        layers purity style \
        coverage format-check bare deps install uninstall clean help tests-built fuzzers
.SECONDARY:
.DELETE_ON_ERROR:
-include $(OBJECTS:.o=.d) $(TESTS:=.d) $(FUZZERS:=.d) $(BENCHES:=.d) $(SUPPORT:.o=.d)
