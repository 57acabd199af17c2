#!/usr/bin/env bash
# test_window.sh: the program around a real window: how it starts, what survives kill -9 and a display
# that goes away, what an idle window costs. What needs X runs under Xvfb, or is skipped.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
export XDG_STATE_HOME=$scratch/state XDG_CONFIG_HOME=$scratch/config
unset DISPLAY WAYLAND_DISPLAY WAYLAND_SOCKET SDL_VIDEODRIVER RINGSIDE_FONT GDK_SCALE QT_SCALE_FACTOR

if "$ringside" play first-steps 2>&1 | grep -q 'this build has no window'; then
    skip "this build has no window"
    finish
    exit
fi

says() { # TEXT COMMAND...: exit code 2, one line on stderr
    local wanted=$1 code=0
    shift
    "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [[ $code -eq 2 && $(wc -l <"$scratch/err") -eq 1 ]] && grep -qF -- "$wanted" "$scratch/err" ||
        { cat "$scratch/err"; return 1; }
}

# --- no display -------------------------------------------------------------------------------

holds "without a display it says so and offers text and images" \
    says 'neither X11 nor Wayland is there). As text: ringside run' "$ringside" play
holds "a display that does not answer is told, too" \
    says 'there is no display' env DISPLAY=:4711 SDL_VIDEODRIVER=x11 "$ringside" play
holds "a misspelt scenario names the nearest" says 'did you mean "demo"?' "$ringside" play dmeo
holds "a share line has its own seed" says 'its own seed' "$ringside" play rs1:x --seed 2
holds "a damaged share line opens nothing" says 'damaged on its way' "$ringside" play 'rs1:(a=b)~00000000'
holds "text of no size is refused" says 'from 75 to 250' "$ringside" play --text 20 --share
holds "who types nothing is told what to type first" bash -c "'$ringside' | grep -q '^  ringside play  .*type this first'"

line=$("$ringside" play standard --at 12s --keys 'Tab K Right' --share)
holds "--share prints the line of the moment" test "${line:0:22}" = "rs1:(scenario=standard"
holds "the line as an argument is that moment" test "$("$ringside" play "$line" --share)" = "$line"
holds "--open with another file is that moment, too" \
    test "$("$ringside" play demo --open "$line" --share)" = "$line"

# what falls on the window
cat >"$scratch/drop.txt" <<END
key Tab K
drop README.md
expect refused
expect branches 2
drop scenarios/torn-log.json
expect no refused
expect branches 1
drop $line
expect branches 2
expect selected n1
END
holds "a dropped scenario or share line is opened, and another file leaves all as it is" \
    "$ringside" play demo --at 900ms --ui-script "$scratch/drop.txt"

# a font that is not there: another one, and a sentence
"$ringside" play demo --font /nonexistent.ttf --size 320x240 --screenshot "$scratch/a.png" 2>"$scratch/err"
holds "a font that cannot be read is told" grep -q 'the font /nonexistent.ttf cannot be read' "$scratch/err"
"$ringside" play demo --font builtin --size 320x240 --screenshot "$scratch/b.png" 2>"$scratch/err"
holds "the built-in font can be asked for, and then there is nothing to tell" test ! -s "$scratch/err"

# settings of a person are none of an image's business
mkdir -p "$XDG_CONFIG_HOME/ringside"
echo '{"ringside_settings": 1, "theme": "light", "text": 200}' >"$XDG_CONFIG_HOME/ringside/settings.json"
"$ringside" play demo --font builtin --size 320x240 --screenshot "$scratch/c.png"
holds "an image is the same whatever the settings say" cmp "$scratch/b.png" "$scratch/c.png"
rm -r "$XDG_CONFIG_HOME/ringside"

# --- installed --------------------------------------------------------------------------------

tools/install.sh "$ringside" "$scratch/usr" >/dev/null
holds "installed, it finds its first scenario from anywhere" bash -c \
    "cd / && '$scratch/usr/bin/ringside' play --share | grep -q '^rs1:(scenario=first-steps'"

# --- kill -9 ----------------------------------------------------------------------------------

mkdir "$scratch/place"
root=$PWD
[[ $ringside == /* ]] || ringside=$root/$ringside
cd "$scratch/place"
export SDL_VIDEODRIVER=dummy # a window that nobody sees
"$ringside" play "$root/scenarios/standard.json" --at 12s \
    --keys 'Tab K Right Left Left Tab P Right Ctrl+S J' 2>"$scratch/err" &
pid=$!
for _ in $(seq 300); do # until all four deeds are on the disk
    [[ $(cat "$XDG_STATE_HOME"/ringside/journal/* 2>/dev/null | grep -c '"branch"') -ge 3 ]] && break
    sleep 0.1
done
kill -9 $pid
wait $pid 2>/dev/null || true
before=$("$ringside" run "$scratch/place/standard-session.json" --report json | grep digest)
holds "what was done is on the disk when the program is killed" \
    test "$(cat "$XDG_STATE_HOME"/ringside/journal/* | grep -c '"branch"')" -eq 3
"$ringside" play "$root/scenarios/standard.json" --keys 'Ctrl+J B B B Ctrl+S Ctrl+Q'
after=$("$ringside" run "$scratch/place/standard-session-2.json" --report json | grep digest)
holds "and comes back, to the same digest" test -n "$before" -a "$before" = "$after"
holds "its journal has moved into that of the session that has it now" \
    test "$(find "$XDG_STATE_HOME/ringside/journal" -type f | wc -l)" -eq 1
rm -r "$XDG_STATE_HOME"
unset SDL_VIDEODRIVER
cd "$root"

# --- a real window ----------------------------------------------------------------------------

if ! command -v Xvfb >/dev/null || ! command -v xdotool >/dev/null; then
    skip "Xvfb or xdotool is not here"
    finish
    exit
fi
for number in $(seq 90 130); do [[ -e /tmp/.X$number-lock ]] || break; done
# -noreset: else it starts anew whenever its last client leaves, and turns away who comes meanwhile
Xvfb ":$number" -noreset -screen 0 1280x800x24 >/dev/null 2>&1 &
xvfb=$!
trap 'kill $xvfb 2>/dev/null || true; rm -rf "$scratch"' EXIT
export DISPLAY=:$number
answers() { xdotool getmouselocation >/dev/null 2>&1; }
for _ in $(seq 300); do answers && break; sleep 0.1; done
if ! answers; then
    skip "Xvfb does not answer"
    finish
    exit
fi

window_of() { # NAME: the window whose title begins so, when it has drawn its first picture
    for _ in $(seq 1500); do
        xdotool search --name "^$1 - Ringside" 2>/dev/null | head -n 1 | grep . && return
        sleep 0.02
    done
    echo none
}
now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }
press() { xdotool windowfocus "$window" key --delay 50 "$@" || true; sleep 0.4; }
within() { # COMMAND...: true within ten seconds, however busy the machine is
    for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
    "$@"
}

began=$(now)
"$ringside" play standard --at 12s 2>"$scratch/err" &
pid=$!
window=$(window_of standard)
took=$(($(now) - began))
echo "# from start to the first picture: $took ms"
kill -0 $pid 2>/dev/null || sed 's/^/# it has ended: /' "$scratch/err"
holds "a window opens (in 0.3 s on an idle machine)" test "$window" != none
sleep 1
before=$(ticks $pid)
sleep 5
idle=$(($(ticks $pid) - before))
echo "# an idle paused window in 5 s: $idle ticks of 10 ms"
holds "an idle paused window takes less than 1 % of a processor" test $idle -lt 5

press Tab k F5 ctrl+c
holds "what was done is in the journal" \
    within bash -c "grep -q '\"do\":{\"crash\"' '$XDG_STATE_HOME'/ringside/journal/*"
"$ringside" play demo --no-settings 2>/dev/null &
second=$!
window=$(window_of demo)
press ctrl+v
window=$(window_of standard)
holds "a share line goes from window to window by the clipboard, and the title follows" \
    within bash -c "xdotool search --name '^standard - Ringside' | wc -l | grep -qx 2"
kill $second
wait $second 2>/dev/null || true
holds "a changed theme is kept without closing the window" \
    within grep -q '"theme": "light"' "$XDG_CONFIG_HOME/ringside/settings.json"

kill $xvfb
code=0
wait $pid || code=$?
holds "when the display goes away it says that what was done is kept" \
    grep -q 'the display is gone. What was done is kept: ringside play' "$scratch/err"
holds "and ends with 2" test $code -eq 2
holds "and so it is" test "$(cat "$XDG_STATE_HOME"/ringside/journal/* | grep -c '"branch"')" -eq 1
finish
