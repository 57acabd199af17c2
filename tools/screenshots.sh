#!/usr/bin/env bash
# screenshots.sh: makes the images of the README, docs/images/*.png.
#
#   tools/screenshots.sh RINGSIDE       the same program, scenarios and font, the same pixels
#
# They are drawn with DejaVu Sans Mono, as the window is on most machines (tools/need.sh font); a
# machine without it draws them with the built-in font, and says so.
set -euo pipefail
cd "$(dirname "$0")/.."
ringside=$1
unset RINGSIDE_FONT
[[ -n $(find /usr/share/fonts /usr/local/share/fonts -name DejaVuSansMono.ttf 2>/dev/null) ]] ||
    echo "screenshots: DejaVu Sans Mono is not here, so the text is coarse" >&2
mkdir -p docs/images

take() { # NAME OPTION...
    local name=$1
    shift
    "$ringside" play "$@" --screenshot "docs/images/$name.png"
    ! command -v python3 >/dev/null || tools/png_smaller.py "docs/images/$name.png"
    echo "docs/images/$name.png"
}

take window scenarios/standard.json --at 20s --size 1650x990 --scale 1.5 --keys 'Tab'
take ring scenarios/standard.json --at 20.1365s --size 1350x900 --scale 1.5 --view ring
take members scenarios/members.json --at 2.209s --size 1350x900 --scale 1.5 --view ring --keys 'Tab'
take compare scenarios/demo.json --at 12s --size 1650x760 --scale 1.5 --keys 'Tab K Space |'
take numbers scenarios/standard.json --at 20.1365s --size 1650x990 --scale 1.5 \
    --ui-script <(printf 'click key user:17\nclick page numbers\n')
take space-time scenarios/first-steps.json --at 40ms --size 1650x630 --scale 1.5 \
    --view space-time --keys 'Up Up +'
take failure scenarios/safeguard-sync-before-acknowledge.json \
    --set safeguards.sync-before-acknowledge=false --size 1650x990 --scale 1.5 --keys 'End'

# The page that plays a run, where there is a browser to show it.
if command -v chromium >/dev/null; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    "$ringside" export scenarios/demo.json --out "$folder/demo.html"
    chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$folder/profile" \
        --window-size=1400,900 --screenshot="$folder/page.png" \
        "file://$folder/demo.html#step=3037&record=5896" 2>/dev/null
    cp "$folder/page.png" docs/images/page.png
    ! command -v python3 >/dev/null || tools/png_smaller.py docs/images/page.png
    echo docs/images/page.png
else
    echo "screenshots: chromium is not here, so docs/images/page.png stays as it is" >&2
fi
