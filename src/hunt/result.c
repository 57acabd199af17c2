/*
 * result.c: writing lines of results.
 */
#include "hunt/result.h"

#include <stdio.h>
#include <string.h>

#include "base/murmur3.h"

/* --- pieces --------------------------------------------------------------------------------- */

static void key(struct json_out *out, const char *name)
{
    json_out_str(out, out->data && out->data[out->size - 1] == '{' ? "\"" : ", \"");
    json_out_str(out, name);
    json_out_str(out, "\": ");
}

static void member_number(struct json_out *out, const char *name, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    key(out, name);
    json_out_str(out, digits);
}

static void member_string(struct json_out *out, const char *name, const char *value)
{
    key(out, name);
    json_out_quoted(out, value);
}

static void member_hex(struct json_out *out, const char *name, uint64_t high, uint64_t low,
                       uint32_t digits)
{
    char hex[40];
    struct text text;
    text_init(&text, hex, sizeof hex);
    if (digits > 16)
        text_hex(&text, high, 16);
    text_hex(&text, low, 16);
    member_string(out, name, hex);
}

/* Bits of the words from the lowest on, four a digit; zeros at the end are left out. */
static void member_coverage(struct json_out *out, const struct coverage *coverage)
{
    static const char digits[] = "0123456789abcdef";
    char hex[COVER_WORDS * 16 + 1];
    size_t size = 0;
    for (uint32_t i = 0; i < COVER_WORDS * 16; i++) {
        hex[i] = digits[coverage->words[i / 16] >> (i % 16 * 4) & 15];
        if (hex[i] != '0')
            size = i + 1;
    }
    hex[size] = '\0';
    member_string(out, "cover", hex);
}

static void member_checks(struct json_out *out, const char *name, const struct scenario *scenario,
                          uint64_t bits)
{
    const char *before = "[";
    if (!bits)
        return;
    key(out, name);
    for (uint32_t i = 0; i < scenario->check_count; i++) {
        if (!(bits >> i & 1))
            continue;
        json_out_str(out, before);
        json_out_quoted(out, scenario->checks[i].name);
        before = ", ";
    }
    json_out_str(out, "]");
}

/* --- a run ---------------------------------------------------------------------------------- */

void result_of_trial(const struct scenario *scenario, uint64_t seed, const struct trial *trial,
                     struct result *result)
{
    *result = (struct result){.seed = seed,
                              .end = trial->end,
                              .has_digest = true,
                              .digest = trial->digest,
                              .steps = trial->steps,
                              .time = trial->time,
                              .signature = trial->signature,
                              .found_at = trial->found_at,
                              .coverage = trial->coverage};
    snprintf(result->scenario, sizeof result->scenario, "%s", scenario->name);
    memcpy(result->check, trial->check_name, sizeof result->check);
    memcpy(result->cause, trial->cause, sizeof result->cause);
    memcpy(result->sentence, trial->sentence, sizeof result->sentence);
}

static void print_begin(const struct result *result, struct json_out *out)
{
    json_out_str(out, "{");
    member_string(out, "scenario", result->scenario);
    member_number(out, "seed", result->seed);
    member_string(out, "end", trial_end_words[result->end]);
}

static void print_finding(const struct result *result, struct json_out *out)
{
    if (result->end == TRIAL_HOLDS)
        return;
    if (*result->check)
        member_string(out, "check", result->check);
    member_number(out, "found_ns", result->found_at);
    member_string(out, "cause", result->cause);
    member_hex(out, "signature", 0, result->signature, 16);
    member_string(out, "sentence", result->sentence);
}

void result_print(const struct result *result, const struct scenario *scenario,
                  const struct trial *trial, struct json_out *out)
{
    print_begin(result, out);
    member_hex(out, "digest", result->digest.high, result->digest.low, 32);
    member_number(out, "steps", result->steps);
    member_number(out, "time_ns", result->time);
    print_finding(result, out);
    member_checks(out, "undecided", scenario, trial->undecided);
    member_checks(out, "absent", scenario, trial->absent);
    member_coverage(out, &result->coverage);
    json_out_str(out, "}");
}

void result_print_death(const struct result *result, struct json_out *out)
{
    print_begin(result, out);
    print_finding(result, out);
    json_out_str(out, "}");
}

/* --- a header ------------------------------------------------------------------------------- */

uint64_t result_text_hash(const char *text)
{
    return murmur3_hash((struct bytes){(const uint8_t *)text, (uint32_t)strlen(text)}, 0x74657874u)
        .first;
}

static void member_pair(struct json_out *out, const char *name, uint64_t one, uint64_t other)
{
    char text[60];
    snprintf(text, sizeof text, "[%llu, %llu]", (unsigned long long)one,
             (unsigned long long)other);
    key(out, name);
    json_out_str(out, text);
}

void result_print_header(const struct result_header *header, struct json_out *out)
{
    json_out_str(out, "{");
    member_number(out, "ringside_sweep", RESULT_FORMAT);
    member_string(out, "program", header->program);
    member_number(out, "trace", header->trace);
    member_number(out, "draws", header->draws);
    member_number(out, "points", header->points);
    key(out, "strict");
    json_out_str(out, header->is_strict ? "true" : "false");
    member_pair(out, "seeds", header->first_seed, header->last_seed);
    member_pair(out, "shard", header->shard, header->shard_count);
    key(out, "scenarios");
    for (uint32_t i = 0; i < header->scenario_count; i++) {
        json_out_str(out, i == 0 ? "[{" : ", {");
        member_string(out, "name", header->scenarios[i].name);
        member_hex(out, "text", 0, header->scenarios[i].text, 16);
        json_out_str(out, "}");
    }
    json_out_str(out, "]}");
}

static bool differs(struct text *why, const char *what, const char *one, const char *other)
{
    text_str(why, what);
    text_str(why, one);
    text_str(why, ", and here ");
    text_str(why, other);
    return false;
}

static bool numbers_fit(struct text *why, const char *what, uint64_t one, uint64_t other)
{
    char words[2][24];
    if (one == other)
        return true;
    snprintf(words[0], sizeof words[0], "%llu", (unsigned long long)one);
    snprintf(words[1], sizeof words[1], "%llu", (unsigned long long)other);
    return differs(why, what, words[0], words[1]);
}

bool result_header_fits(const struct result_header *one, const struct result_header *other,
                        struct text *why)
{
    if (strcmp(one->program, other->program) != 0)
        return differs(why, "it is of Ringside ", one->program, other->program);
    if (!numbers_fit(why, "its trace format is ", one->trace, other->trace) ||
        !numbers_fit(why, "its random draws are of version ", one->draws, other->draws) ||
        !numbers_fit(why, "its points of coverage are ", one->points, other->points) ||
        !numbers_fit(why, "the number of its scenarios is ", one->scenario_count,
                     other->scenario_count))
        return false;
    if (one->is_strict != other->is_strict)
        return differs(why, "what a scenario expects to fail is ",
                       one->is_strict ? "a finding there" : "no finding there",
                       one->is_strict ? "not" : "it is");
    for (uint32_t i = 0; i < one->scenario_count; i++) {
        const struct result_scenario *a = &one->scenarios[i], *b = &other->scenarios[i];
        if (strcmp(a->name, b->name) != 0)
            return differs(why, "it is about the scenario ", a->name, b->name);
        if (a->text != b->text)
            return differs(why, "it was made with another text of the scenario ", a->name,
                           "the file or --set differ");
    }
    return true;
}
