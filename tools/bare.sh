#!/usr/bin/env bash
# bare.sh: proves that two commands are enough on a Debian with nothing installed.
#
#   tools/bare.sh [demo] [test]       `make bare`; needs root and debootstrap, prints PASS or FAIL
#
# Two fresh systems are made from one minimal Debian, each with its own clone of HEAD:
#
#   build/bare/demo   has make alone, no compiler            git clone ... && make demo
#   build/bare/test   has make, gcc and libc6-dev            git clone ... && make test
#
# The machine's own settings of apt are copied in, so packages come from where this machine has them.
# Everything is mounted in a namespace of its own, so nothing stays mounted, however this ends.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -gt 0 ]] || set -- demo test
tools/need.sh bare
if [[ $(id -u) != 0 ]]; then
    echo "bare: making a system of its own needs root, so nothing was proved"
    exit 0
elif ! command -v debootstrap >/dev/null; then
    echo "bare: debootstrap is not here, so nothing was proved"
    exit 0
fi

place=$PWD/build/bare
base=$place/base
mkdir -p "$place"

# What apt.conf says may name a proxy or a mirror; what sources name is where packages come from.
copy_settings() {
    mkdir -p "$1/etc/apt"
    cp -a /etc/resolv.conf /etc/hosts "$1/etc/" 2>/dev/null || true
    for name in apt.conf apt.conf.d preferences.d auth.conf.d; do
        [[ ! -e /etc/apt/$name ]] || cp -aL "/etc/apt/$name" "$1/etc/apt/"
    done
    rm -f "$1"/etc/apt/apt.conf.d/*docker*
}

make_base() {
    local release mirror
    release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    # shellcheck disable=SC2016  # apt expands these
    mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' "Created-By: Packages" |
        awk -v release="$release" '$2 == release && !found { print $1; found = 1 }')
    echo "bare: making a minimal $release (once, about a minute)"
    rm -rf --one-file-system "$base"
    debootstrap --variant=minbase --include=make,git,ca-certificates "$release" "$base" "$mirror" \
        >"$place/debootstrap.log" 2>&1 || {
        tail -n 20 "$place/debootstrap.log"
        rm -rf --one-file-system "$base"
        echo "bare: FAIL: no minimal system could be made"
        exit 1
    }
    copy_settings "$base"
    touch "$base/.complete"
}

# inside ROOT COMMAND: as root in that system, with no variable of ours but the proxy's.
inside() {
    local root=$1
    shift
    # shellcheck disable=SC2016  # the inner shell expands
    unshare --mount --pid --fork sh -c '
        mount -t proc proc "$0/proc" && exec chroot "$0" /usr/bin/env -i HOME=/root \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            sh -c "$1"' "$root" "$*" </dev/null
}

# prove NAME PACKAGES: in a fresh copy, the clone and `make NAME`.
prove() {
    local name=$1 packages=$2 root=$place/$1 began=$SECONDS
    rm -rf --one-file-system "$root"
    cp -a "$base" "$root"
    [[ -z $packages ]] || inside "$root" "apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages" \
        >"$place/$name.log" 2>&1
    # The lists go, as in a fresh image: fetching them is a part of what is proved.
    rm -rf "$root"/var/lib/apt/lists/*
    git clone -q --no-hardlinks "file://$PWD" "$root/srv/ringside"
    if inside "$root" "cd /srv/ringside && make $name" >"$place/$name.log" 2>&1; then
        echo "bare: PASS: make $name, after $((SECONDS - began)) s; its last line: $(tail -n 1 "$place/$name.log")"
        rm -rf --one-file-system "$root"
    else
        tail -n 40 "$place/$name.log" | sed 's/^/  | /'
        echo "bare: FAIL: make $name (all it said is in build/bare/$name.log)"
        return 1
    fi
}

[[ -e $base/.complete ]] || make_base
echo "bare: proving $(git rev-parse --short HEAD), what is not committed is not looked at"
status=0
for name in "$@"; do
    case $name in
    demo) prove demo "" || status=1 ;;
    test) prove test "gcc libc6-dev" || status=1 ;;
    *) echo "bare: demo or test, not $name" >&2 && exit 2 ;;
    esac
done
exit $status
