#!/usr/bin/env bash
# style.sh: the part of docs/style.md that a machine can check.
#
#   tests/house/style.sh [ROOT]         exit 1 and a line for each place that breaks a rule
#
#   - a file of src/ opens with a comment that says what it is: three lines of text or more, or one
#     where the essay stands in the header of the same name;
#   - a function has at most 70 lines, from its name to its last brace;
#   - a line has at most 100 columns, and no tab;
#   - no note to oneself is left behind: a known limit is written with its next step;
#   - no path of somebody's machine is in a file that everybody gets.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}"
export LC_ALL=C.UTF-8

# Only files that exist: a tree may lack a folder.
list() { find "$@" -type f 2>/dev/null | sort || true; }
mapfile -t code < <(list src tests -name '*.[ch]')
mapfile -t source < <(list src \( -name '*.[ch]' -o -name '*.def' -o -name '*.js' \))
mapfile -t shipped < <(list src tests tools docs scenarios lessons Makefile README.md .ci)
[[ ${#source[@]} -gt 0 ]] || { echo "style: there is no source in src" && exit 1; }

essays() {
    awk '
    FNR == 1 { inside = ($0 ~ /^\/\*/); if (inside) text = 0; else print FILENAME ":1: does not open with a comment that says what it is" }
    inside {
        if ($0 ~ /[A-Za-z].*[A-Za-z]/) text++
        if ($0 ~ /\*\//) {
            inside = 0
            header = FILENAME
            sub(/\.c$/, ".h", header)
            least = (header != FILENAME && index(all, " " header " ")) ? 1 : 3
            if (text < least) print FILENAME ":1: opens with a comment of " text " lines; " least " are the least"
        }
    }' all=" ${source[*]} " "${source[@]}"
}

# A function begins where code at depth 0 reaches a brace after a closing parenthesis. Lines of the
# preprocessor, with their continuations, are not looked at.
long_functions() {
    awk -v strings=0 -f "$here/code.awk" "${code[@]}" | awk '
    {
        file = $0; sub(/:.*/, "", file)
        line = $0; sub(/^[^:]*:/, "", line); number = line + 0; sub(/^[0-9]+:/, "", line)
        if (number == 1) { depth = 0; head = ""; skipping = 0 }
        if (skipping || line ~ /^[ \t]*#/) { skipping = (line ~ /\\[ \t]*$/); next }
        for (i = 1; i <= length(line); i++) {
            c = substr(line, i, 1)
            if (c == "{") {
                if (depth++ == 0) { is_function = (head ~ /\)[ \t]*$/); named = head }
            } else if (c == "}") {
                if (--depth == 0) {
                    if (is_function && number - start + 1 > 70) {
                        sub(/[ \t]*\(.*/, "", named); sub(/.*[ \t*]/, "", named)
                        print file ":" start ": " named "() has " number - start + 1 " lines; 70 are the most"
                    }
                    head = ""
                }
            } else if (depth == 0) {
                if (c == ";") head = ""
                else {
                    if (head == "" && c !~ /[ \t]/) start = number
                    if (head != "" || c !~ /[ \t]/) head = head c
                }
            }
        }
        if (depth == 0 && head != "") head = head " "
    }'
}

refused=$(mktemp)
trap 'rm -f "$refused"' EXIT
{
    essays
    long_functions
    grep -HnoE '^.{100}.+' "${code[@]}" "${source[@]}" | sort -u | sed -E 's/^([^:]*:[0-9]+):.*/\1: longer than 100 columns/'
    grep -Hn $'\t' "${source[@]}" | sed -E 's/^([^:]*:[0-9]+):.*/\1: a tab/'
    grep -HnwE 'TODO|FIXME|XXX' "${code[@]}" "${source[@]}" | sort -u |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a note to oneself; write the limit and its next step/'
    grep -HnE '(^|[^A-Za-z0-9_.$}])/(work|home|root)/' "${shipped[@]}" |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a path of somebody'\''s machine/'
} >"$refused" || true
if [[ -s $refused ]]; then
    cat "$refused"
    exit 1
fi
echo "style: ${#code[@]} files hold to what can be checked of docs/style.md"
