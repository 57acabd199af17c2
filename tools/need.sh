#!/bin/sh
# need.sh: installs what a target needs, after saying so.
#
#   tools/need.sh WHAT...     build font cmocka test fuzz determinism all-determinism bare format
#
# Nothing is remembered between two calls: every need is a probe of the machine itself (does the
# compiler find this header, is that command there). So a package that was removed is noticed, and
# one that came by another way than apt counts. The usual case, nothing missing, costs one run of
# the C preprocessor over all headers at once.
#
# A `must` stops make when it cannot be had. A `may` costs only the tests that use it, and those
# say that they were skipped; without the font, text is drawn with a coarse one. NEED=off turns all of this off.
set -eu
[ "${NEED:-on}" != off ] || exit 0
cd "$(dirname "$0")/.."
cc=${CC:-gcc}
what=" $* "
must=''
may=''

has() { command -v "$1" >/dev/null 2>&1; }
wanted() { case $what in *" $1 "*) ;; *) false ;; esac; }
window() { [ "${HEADLESS:-0}" != 1 ] && [ -e src/viz/window/window_sdl.c ]; }
# shellcheck disable=SC2086  # a compiler of two words ("ccache gcc") is meant to split
headers() { printf '#include <%s>\n' "$@" | $cc -E -x c - >/dev/null 2>&1; }
lack_must() { must="$must $*"; }
lack_may() { may="$may $*"; }

fuzzer_links() {
    dir=$(mktemp -d)
    echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' >"$dir/f.c"
    links=0
    clang -fsanitize=fuzzer,address "$dir/f.c" -o "$dir/f" >/dev/null 2>&1 || links=1
    rm -rf "$dir"
    return $links
}

validator_found() {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import jsonschema' >/dev/null 2>&1 && return
    done
    return 1
}

# The font that the window looks for first; see font_paths in src/viz/window/window_sdl.c.
font_found() {
    for font in /usr/share/fonts /usr/local/share/fonts; do
        [ -z "$(find "$font" -name DejaVuSansMono.ttf 2>/dev/null)" ] || return 0
    done
    return 1
}

probe_build() {
    headers stdio.h cjson/cJSON.h || {
        case $cc in *clang*) compiler=clang ;; *) compiler=gcc ;; esac
        headers stdio.h || lack_must "$compiler" libc6-dev
        [ -e /usr/include/cjson/cJSON.h ] || headers cjson/cJSON.h || lack_must libcjson-dev
    }
    if window; then
        has pkg-config || lack_must pkg-config
        pkg-config --exists sdl2 2>/dev/null || lack_must libsdl2-dev
        pkg-config --exists SDL2_ttf 2>/dev/null || lack_must libsdl2-ttf-dev
        # The window has a font of its own, so it is no reason to install anything at each make.
        [ -z "$must" ] || font_found || lack_may fonts-dejavu-core
    fi
}

probe() {
    must=''
    may=''
    ! wanted build || probe_build
    # What tests share (tests/*/*.c) may use cmocka, so fuzzers and benchmarks need it too.
    if wanted test || wanted fuzz || wanted cmocka; then
        [ -e /usr/include/cmocka.h ] || headers setjmp.h stdarg.h stddef.h stdint.h cmocka.h ||
            lack_must libcmocka-dev
    fi
    if wanted test; then
        validator_found || lack_may python3 python3-jsonschema
        # What reads back the exports: a browser, a maker of films, a drawer of graphs.
        has chromium || lack_may chromium
        has parallel || lack_may parallel # the example of docs/sweep.md
        has chromedriver || lack_may chromium-driver
        has ffmpeg || lack_may ffmpeg
        has dot || lack_may graphviz
    fi
    if wanted font && window; then font_found || lack_may fonts-dejavu-core; fi
    if wanted test || wanted fuzz; then
        fuzzer_links || lack_may clang libclang-rt-dev
    elif wanted determinism; then
        has clang || lack_may clang libclang-rt-dev
        has python3 || lack_may python3
    fi
    if wanted all-determinism; then
        has aarch64-linux-gnu-gcc || lack_may gcc-aarch64-linux-gnu libc6-dev-arm64-cross
        has qemu-aarch64 || lack_may qemu-user
    fi
    if wanted bare; then has debootstrap || lack_may debootstrap; fi
    if wanted format; then has clang-format || lack_may clang-format; fi
}

say() { echo "ringside: $*" >&2; }

# The package lists may be absent (a fresh image) or old: fetch them once and try again.
apt_install() {
    as=$1
    log=$(mktemp)
    shift
    set -- apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
    export DEBIAN_FRONTEND=noninteractive
    if $as "$@" >"$log" 2>&1 || { $as apt-get update -qq >"$log" 2>&1 && $as "$@" >>"$log" 2>&1; }; then
        rm -f "$log"
    else
        say "apt-get did not manage; its last words:"
        tail -n 15 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

install_missing() {
    as=
    if [ "$(id -u)" != 0 ]; then
        if ! has sudo; then
            say "missing:$must$may; as root: apt-get install --no-install-recommends$must$may"
            return 1
        fi
        as=sudo
    fi
    say "installing$must$may with ${as:+$as }apt-get (NEED=off leaves that to you)"
    # One after the other: a `may` that this release does not have must not cost a `must`.
    # shellcheck disable=SC2086  # lists of words
    [ -z "$must" ] || apt_install "$as" $must || return
    # shellcheck disable=SC2086
    [ -z "$may" ] || apt_install "$as" $may
}

probe
[ -n "$must$may" ] || exit 0
if has apt-get; then
    install_missing || true
    probe
else
    say "please install what Debian calls$must$may with this system's package manager"
fi
[ -z "${may# fonts-dejavu-core}" ] || say "without$may some tests will be skipped"
case $may in *fonts-dejavu-core*) say "without fonts-dejavu-core the window draws its text with a coarse font" ;; esac
[ -z "$must" ] || { say "cannot go on without$must"; exit 1; }
