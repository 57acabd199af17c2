#!/usr/bin/env bash
# test_scripts.sh: everything that the window can do to a run, done by mouse and done by keys, is saved
# by the same hands and runs without a window to the same end.
#
# tests/viz/scripts/manipulations.txt has the hands. Which commands need them is read from
# src/viz/app/commands.def: a command about nodes, clocks, disks, links, messages, keys or clients that has no
# line there is a failure with its name.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=$(realpath "${RINGSIDE:-./ringside}")
table=tests/viz/scripts/manipulations.txt
mouse='click|double-click|drag|press|hover|release|wheel'

# "topic name" of each command: the macro's arguments, which may stand on two lines.
commands() {
    tr '\n' ' ' <src/viz/app/commands.def | grep -oE 'COMMAND\([A-Z]+, [^"]*"[^"]*", "[^"]*"' |
        sed -E 's/COMMAND\(([A-Z]+), [^"]*"[^"]*", "([^"]*)"/\1 \2/'
}
bending() { commands | sed -nE 's/^(NODE|MEMBER|CLOCK|DISK|LINK|MESSAGE|KEY|CLIENT) //p'; }
rows() { grep -vE '^(#|@|$)' $table; }

digest_of() { sed -nE 's/.*"digest": "([0-9a-f]*)".*/\1/p'; }

# begin NAME TIME: where the rows to come begin.
begin() {
    scenario=$(realpath "scenarios/$1.json") at=$2
    base=$("$ringside" run "$scenario" --report json | digest_of)
}

# steps KIND WORDS: a script of them that ends as its kind ends.
steps() {
    echo "$2" | tr ';' '\n'
    echo 'expect not refused'
    echo 'expect no branch 0'
    if [[ $1 == mouse ]]; then
        printf '%s\n' 'click button "menu bar"' 'click menu "files, and the way out"' 'click menu save' \
            'expect said "saved as"' 'click button "go to end"'
    else
        printf '%s\n' 'key Ctrl+S' 'expect said "saved as"' 'key End'
    fi
    echo 'print digest'
}

# only KIND WORDS: mouse has no key, keys have no mouse.
only() {
    case $1 in
    mouse) ! grep -qE '(^|;) *(key|type)' <<<"$2" ;;
    keys) ! grep -qE "(^|;) *($mouse) " <<<"$2" ;;
    esac
}

# same_run KIND NAME WORDS: the saved session runs headless to where the window came; prints that.
same_run() {
    local folder=$scratch/$1 there here
    only "$1" "$3" || { echo "$2 by $1 uses other hands: $3"; return 1; }
    rm -rf "$folder" && mkdir "$folder"
    steps "$1" "$3" >"$folder/hands.txt"
    there=$(cd "$folder" && "$ringside" play "$scenario" --at "$at" --size 1280x720 --ui-script hands.txt 2>&1) ||
        { echo "$there"; cat "$folder/hands.txt"; return 1; }
    here=$("$ringside" run "$folder/$(basename "$scenario" .json)-session.json" --report json | digest_of)
    [[ $here == "$there" ]] || { echo "the window came to $there, the saved session to $here"; return 1; }
    [[ $here != "$base" ]] || { echo "it changed nothing"; return 1; }
    echo "$here"
}

# both NAME MOUSE KEYS: the two ways come to the same.
both() {
    local by_mouse by_keys
    by_mouse=$(same_run mouse "$1" "$2") || { echo "$by_mouse"; return 1; }
    by_keys=$(same_run keys "$1" "$3") || { echo "$by_keys"; return 1; }
    [[ $by_mouse == "$by_keys" ]] || echo "by mouse $by_mouse, by keys $by_keys"
    [[ $by_mouse == "$by_keys" ]]
}

has_rows() { # every command has a line, and every line is of a command
    local name missing=0
    while read -r name; do
        rows | cut -d: -f1 | grep -qxF "$name" || { echo "no line for \"$name\""; missing=1; }
    done < <(bending)
    while read -r name; do
        bending | grep -qxF "$name" || { echo "\"$name\" is no command that bends a run"; missing=1; }
    done < <(rows | cut -d: -f1)
    return $missing
}

holds "there are at least 20 commands that bend a run" [ "$(bending | wc -l)" -ge 20 ]
holds "each of them has a line in $table" has_rows
while IFS= read -r row; do
    if [[ $row == @* ]]; then
        read -r _ name at <<<"$row"
        begin "$name" "$at"
        continue
    fi
    name=${row%%:*} hands=${row#*: }
    holds "$name: by mouse and by keys, saved, and the same run again" \
        both "$name" "${hands%% | *}" "${hands#* | }"
done < <(grep -vE '^(#|$)' $table)
finish
