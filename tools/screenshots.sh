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
    ! command -v python3 >/dev/null || tools/png_smaller.py "docs/images/$name.png"
    echo "docs/images/$name.png"
}

take window scenarios/standard.json --at 20s --size 2200x1320 --scale 2 --keys 'Tab'
take ring scenarios/demo.json --at 900ms --size 1400x1000 --scale 2 --view ring
take space-time scenarios/first-steps.json --at 40ms --size 2200x840 --scale 2 \
    --view space-time --keys 'Up Up +'
take failure scenarios/safeguard-sync-before-acknowledge.json \
    --set safeguards.sync-before-acknowledge=false --size 2200x1320 --scale 2 --keys 'End'
