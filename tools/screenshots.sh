#!/usr/bin/env bash
# screenshots.sh: makes the images of the README, docs/images/*.png.
#
#   tools/screenshots.sh RINGSIDE       the same program and scenarios, the same pixels
#
# RINGSIDE_FONT=builtin: an installed font would make other bytes on another machine.
set -euo pipefail
cd "$(dirname "$0")/.."
ringside=$1
export RINGSIDE_FONT=builtin
mkdir -p docs/images

take() { # NAME OPTION...
    local name=$1
    shift
    "$ringside" play "$@" --screenshot "docs/images/$name.png"
    echo "docs/images/$name.png"
}

take window scenarios/standard.json --at 20s --size 1280x720 --keys 'Tab'
take ring scenarios/standard.json --at 20s --size 900x640 --view ring
take space-time scenarios/first-steps.json --at 300ms --size 1280x480 --view space-time --keys 'Up Up'
take failure scenarios/quorum-crash.json --size 1280x720 --keys 'End'
