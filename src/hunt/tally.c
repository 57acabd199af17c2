/*
 * tally.c: counting, and grouping by cause.
 */
#include "hunt/tally.h"

#include <stdlib.h>

#include "base/mix.h"
#include "hunt/results.h"

/* One word of two lanes for a run: what it was and how it came out. */
static void add_digest(struct tally *tally, const struct result *result)
{
    struct digest digest = digest_start();
    digest_word(&digest, results_identity(result->scenario, result->seed));
    digest_word(&digest, result->end);
    digest_word(&digest, result->digest.low);
    digest_word(&digest, result->digest.high);
    digest_word(&digest, result->signature);
    tally->digest.low += digest.low;
    tally->digest.high += digest.high;
}

static struct tally_group *find_group(struct tally *tally, uint64_t signature)
{
    for (uint32_t i = 0; i < tally->group_count; i++)
        if (tally->groups[i].first.signature == signature)
            return &tally->groups[i];
    return NULL;
}

static struct tally_group *add_group(struct tally *tally, const struct result *result)
{
    if (tally->group_count == TALLY_GROUPS_MAX)
        return NULL;
    if ((tally->group_count & (tally->group_count - 1)) == 0) {
        size_t room = tally->group_count ? 2 * (size_t)tally->group_count : 1;
        tally->groups = realloc(tally->groups, room * sizeof *tally->groups);
        CHECK_WHY(tally->groups != NULL, "out of memory");
    }
    struct tally_group *group = &tally->groups[tally->group_count++];
    *group = (struct tally_group){.first = *result, .common = result->coverage};
    return group;
}

static bool take_finding(struct tally *tally, const struct result *result)
{
    struct tally_group *group = find_group(tally, result->signature);
    bool is_new = group == NULL;
    if (is_new)
        group = add_group(tally, result);
    if (!group) {
        tally->ungrouped++;
        return false;
    }
    group->count++;
    for (uint32_t i = 0; i < COVER_WORDS; i++)
        group->common.words[i] &= result->coverage.words[i];
    return is_new;
}

bool tally_take(struct tally *tally, const struct result *result)
{
    tally->runs++;
    tally->ends[result->end]++;
    tally->steps += result->steps;
    tally->virtual_seconds += (double)result->time / 1e9;
    tally->undecided += result->undecided > 0;
    tally->absent += result->absent > 0;
    add_digest(tally, result);
    tally->flat = coverage_add(&tally->coverage, &result->coverage) ? 0 : tally->flat + 1;
    return result->end != TRIAL_HOLDS && take_finding(tally, result);
}

uint64_t tally_findings(const struct tally *tally)
{
    return tally->runs - tally->ends[TRIAL_HOLDS];
}

/* What is done to a run from outside. */
static const uint16_t trouble_kinds[] = {
    TRACE_CRASH,          TRACE_PAUSE,   TRACE_PARTITION,  TRACE_CUT,     TRACE_LINK,
    TRACE_CLOCK,          TRACE_SLOW,    TRACE_DISK_FAULT, TRACE_COMMAND, TRACE_DUPLICATE,
    TRACE_MESSAGE_MARKED, TRACE_CORRUPT, TRACE_DROP,
};

static void add_point(const struct tally_group *group, uint32_t point, struct text *text)
{
    if (!coverage_has(&group->common, point))
        return;
    if (text->size > 0)
        text_str(text, ", ");
    coverage_name(point, text);
}

/* A swarm says which faults they were; of another timeline the records tell. */
void tally_common_faults(const struct tally_group *group, struct text *text)
{
    struct cover_section_info faults = coverage_section(COVER_FAULTS);
    for (uint32_t i = 0; i < faults.count; i++)
        add_point(group, faults.first + i, text);
    bool is_told = text->size > 0;
    for (size_t i = 0; !is_told && i < ARRAY_LEN(trouble_kinds); i++)
        add_point(group, trouble_kinds[i], text);
}

void tally_free(struct tally *tally)
{
    free(tally->groups);
    *tally = (struct tally){0};
}
