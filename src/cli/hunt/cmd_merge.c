/*
 * cmd_merge.c: ringside merge: shards of a sweep, joined.
 *
 * The joining is hunt/merge.h; here are the options, and the words for gaps and for runs that came
 * out differently. The joined file appears whole or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/hunt/sweep_print.h"
#include "cli/files/whole_file.h"
#include "hunt/merge.h"

static const char merge_help[] =
    "usage: ringside merge RESULTS... [options]\n"
    "\n"
    "Join files of results of ringside sweep: shards, the same seeds from other machines, parts\n"
    "of a longer range. A run that stands in several files must have come out the same in all of\n"
    "them; runs that are missing are named. The account is that of one sweep over all of it, and\n"
    "so is its digest.\n"
    "\n"
    "What to write\n"
    "  -o FILE             the runs, each once, in order\n"
    "  --coverage          list what was never reached\n"
    "\n"
    "Exit codes: 0 whole, and nothing found, 1 findings, gaps or a disagreement, 2 usage or bad\n"
    "input, 3 a bug\n"
    "\n"
    "Examples:\n"
    "  ringside merge shard-*.jsonl -o all.jsonl\n"
    "  ringside merge here.jsonl there.jsonl --coverage\n";

#define FILES_MAX 100000

struct merge_options {
    const char **files;
    uint32_t file_count;
    const char *out, *coverage;
};

static void print_result(const char *file, const struct result *result)
{
    printf("  %s: %s", file, trial_end_words[result->end]);
    if (result->has_digest)
        printf(" after %llu steps, digest %016llx%016llx", (unsigned long long)result->steps,
               (unsigned long long)result->digest.high, (unsigned long long)result->digest.low);
    if (*result->cause)
        printf("; %s", result->cause);
    putchar('\n');
}

static void print_disagreements(const struct merge *merge)
{
    for (uint64_t i = 0; i < MIN(merge->disagreement_count, (uint64_t)MERGE_TOLD_MAX); i++) {
        const struct merge_disagreement *told = &merge->disagreements[i];
        printf("NOT THE SAME: seed %llu of %s came out differently, which must never happen\n",
               (unsigned long long)told->seed, told->scenario);
        print_result(told->file[0], &told->result[0]);
        print_result(told->file[1], &told->result[1]);
    }
    if (merge->disagreement_count > MERGE_TOLD_MAX)
        printf("... and %llu more\n",
               (unsigned long long)(merge->disagreement_count - MERGE_TOLD_MAX));
}

static void print_gap(const struct merge_gap *gap)
{
    char missing[32], promised[32];
    printf("missing: %s of %s runs of seeds %llu..%llu", sweep_number(gap->missing, missing),
           sweep_number(gap->promised, promised), (unsigned long long)gap->first_seed,
           (unsigned long long)gap->last_seed);
    if (gap->shard_count > 1)
        printf(", shard %u/%u", gap->shard, gap->shard_count);
    printf("; the first is seed %llu of %s\n", (unsigned long long)gap->seed, gap->scenario);
}

static void print_gaps(const struct merge *merge)
{
    for (uint64_t i = 0; i < MIN(merge->gap_count, (uint64_t)MERGE_TOLD_MAX); i++)
        print_gap(&merge->gaps[i]);
    if (merge->gap_count > MERGE_TOLD_MAX)
        printf("... and more: %llu runs are missing in all\n", (unsigned long long)merge->missing);
}

static int tell(const struct merge_options *o, const struct merge *merge)
{
    struct sweep_summary summary = {&merge->tally, NULL, NULL};
    char runs[32], overlaps[32];
    printf("%s runs in %u %s, seeds of %u %s; %s stood in more than one and agree\n",
           sweep_number(merge->tally.runs, runs), o->file_count,
           o->file_count == 1 ? "file" : "files", merge->header.scenario_count,
           merge->header.scenario_count == 1 ? "scenario" : "scenarios",
           sweep_number(merge->overlaps, overlaps));
    if (merge->torn_files > 0)
        printf("  %llu files end in a torn line, which is left out\n",
               (unsigned long long)merge->torn_files);
    if (merge->hung_elsewhere > 0)
        printf("  %llu runs were killed after their time in one file and ended in another\n",
               (unsigned long long)merge->hung_elsewhere);
    sweep_print_summary(&summary, stdout);
    if (o->coverage)
        sweep_print_coverage(&merge->tally.coverage, stdout);
    if (merge->gap_count + merge->disagreement_count > 0)
        putchar('\n');
    print_gaps(merge);
    print_disagreements(merge);
    bool is_good = tally_findings(&merge->tally) == 0 && merge->gap_count == 0 &&
                   merge->disagreement_count == 0;
    return is_good ? EXIT_HOLDS : EXIT_CHECK_FAILED;
}

static int merge(const struct merge_options *o)
{
    static struct merge merge; /* large */
    struct whole_file file = {0};
    struct json_error error = {0};
    char why[400];
    if (o->out && !whole_file_open(&file, o->out, why, sizeof why))
        return usage_error("%s", why);
    if (!merge_files(o->files, o->file_count, file.out, &merge, &error)) {
        if (o->out)
            whole_file_abandon(&file);
        return usage_error("%s", error.text);
    }
    int code = tell(o, &merge);
    if (o->out && merge.disagreement_count > 0)
        whole_file_abandon(&file);
    else if (o->out && !whole_file_finish(&file, why, sizeof why))
        code = usage_error("%s", why);
    merge_free(&merge);
    return code;
}

static int merge_main(int argc, char **argv)
{
    struct merge_options o = {0};
    const struct option options[] = {
        {"-o", true, &o.out, NULL, NULL},
        {"--coverage", false, &o.coverage, NULL, NULL},
    };
    int code = EXIT_USAGE;
    o.files = calloc((size_t)argc, sizeof *o.files);
    CHECK_WHY(o.files != NULL, "out of memory");
    if (options_read(&command_merge, argc, argv, options, ARRAY_LEN(options), o.files, FILES_MAX,
                     &o.file_count))
        code = o.file_count > 0
                   ? merge(&o)
                   : usage_error("merge needs files of results (ringside sweep --out makes them)");
    free(o.files);
    return code;
}

const struct command command_merge = {"merge", "join results of shards of a sweep", merge_help,
                                      merge_main};
