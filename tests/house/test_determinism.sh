#!/usr/bin/env bash
# test_determinism.sh: every scenario gives one report in every way, and determinism.sh notices when
# a program lets something else than scenario and seed reach its report.
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

# A program with the same arguments as ringside, whose third record has a leak of one kind.
cat >"$scratch/liar.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int has(int count, char **words, const char *word)
{
    for (int i = 1; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return 0;
}

static unsigned long leak(int count, char **words)
{
    (void)count, (void)words;
#if LEAK == 1 /* what runs differ in by themselves */
    return (unsigned long)getpid();
#elif LEAK == 2 /* an address */
    return (unsigned long)&count >> 8;
#elif LEAK == 3 /* the environment */
    return getenv("TZ") ? 1 : 2;
#elif LEAK == 4 /* memory that nobody set */
    unsigned char *dirty = malloc(64);
    return dirty[40];
#elif LEAK == 5 /* where the region lies */
    return (unsigned long)has(count, words, "--region-base");
#elif LEAK == 6 /* being watched */
    return has(count, words, "--trace") ? 1 : 2;
#elif LEAK == 7 /* going back and forth in time */
    return has(count, words, "--check-time-travel") ? 1 : 2;
#elif LEAK == 8 /* the compiler's choices */
#ifdef __OPTIMIZE__
    return 1;
#endif
#elif LEAK == 9 /* a crash */
    if (has(count, words, "--check-time-travel"))
        abort();
#endif
    return 0;
}

int main(int count, char **words)
{
    unsigned long value = leak(count, words);
    int trace = has(count, words, "--trace");
    printf("{\"seed\": %s, \"digest\": \"%lx\"}\n", words[has(count, words, "--seed") + 1], value);
    if (trace) {
        FILE *file = fopen(words[trace + 1], "w");
        fprintf(file, "{\"format\": \"liar\"}\n{\"step\": 1, \"kind\": \"send\", \"to\": 4}\n");
        fprintf(file, "{\"step\": 2, \"kind\": \"deliver\", \"delay\": %lu}\n", value);
        fclose(file);
    }
    return 0;
}
C
echo '{}' >"$scratch/story.json"
liar() { gcc "-DLEAK=$1" "$2" -w "$scratch/liar.c" -o "$scratch/liar$1$2"; }
gate() { tests/house/determinism.sh --program "$scratch/liar$1" "${@:2}" "$scratch/story.json"; }

liar 0 -O2
holds "a program without a leak is accepted" gate 0-O2
number=0
for way in "again" "again|another environment" "another environment" "dirty memory" \
    "region at 0x2" "traced" "travelling in time"; do
    number=$((number + 1))
    liar "$number" -O2
    refuses "leak $number is refused" "^# seed 1: '.*($way)" gate "$number-O2"
done
refuses "the first record that differs is shown with its step and field" \
    '^#   field delay: 2 \(plain\), 1 \(travelling in time\)' gate 7-O2
refuses "the records before it are the same, and the last of them is shown" \
    '^#   the record before it, in both: .*"step": 1' gate 7-O2
refuses "a program that runs otherwise when it is traced is refused, though its traces are the same" \
    '^# the two traces are the same' gate 6-O2
refuses "all ways that differ are named" "^# seed 1: it also differs in .*'traced'" gate 1-O2
liar 8 -O0
liar 8 -O2
refuses "a report that depends on the compiler's level is refused" \
    "^# seed 1: 'gcc -O0'" gate 8-O2 --also "gcc -O0=$scratch/liar8-O0"
liar 9 -O2
refuses "a crash in one way is refused" "^# seed 1: 'travelling in time' \(exit code 134\)" gate 9-O2
holds "two traces that are the same have no first difference" \
    tests/house/first_difference.py "$scratch/story.json" "$scratch/story.json"
echo "# the program itself"

# From here the gate tells its own tests; they are numbered on.
width=some
[[ ${LONG:-0} != 1 ]] || width=all
tests/house/determinism.sh --matrix "$width" >"$scratch/said" && status=0 || status=$?
awk -v n="$tap_count" '
    /^(not )?ok [0-9]+/ { sub(/ok [0-9]+/, "ok " ++n) }
    /^1\.\.0/ { sub(/^1\.\.0/, "ok " ++n) }
    /^1\.\.[1-9]/ { next }
    { print }
    END { print "1.." n }' "$scratch/said"
[[ $tap_failed -eq 0 && $status -eq 0 ]]
