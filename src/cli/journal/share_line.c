/*
 * share_line.c: writing the line, and reading it back into plain data.
 */
#include "cli/journal/share_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/mix.h"
#include "cli/cli.h"
#include "cli/journal/flat_json.h"
#include "scenario/save.h"

#define DEEDS_MAX  INTERVENTIONS_MAX
#define SETS_MAX   1000
#define EXACT_MAX  (INT64_C(1) << 53) /* numbers of JSON are exact up to here */
#define LATEST     (VTIME_NEVER - 1)

static const char *const colour_words[RING_COLOURS_COUNT] = {"owner", "reach", "difference",
                                                              "load"};
static const char *const sheet_words[RING_SHEET_COUNT] = {"doubts", "news", "none"};
static const char *const page_words[PAGE_COUNT] = {
#define PAGE(identifier, name) #name,
    PAGES(PAGE)
#undef PAGE
};
static const char *const member_words[] = {"scenario", "text", "seed", "sets", "made",
                                           "do", "at", "see"};

/* --- writing -------------------------------------------------------------------------------- */

/* A key, behind a comma unless it is an object's first. */
static void key(struct json_out *out, const char *name)
{
    char last = out->data[out->size - 1];
    json_out_str(out, last == '{' ? "" : ",");
    json_out_quoted(out, name);
    json_out_str(out, ":");
}

static void member_string(struct json_out *out, const char *name, const char *value)
{
    key(out, name);
    json_out_quoted(out, value);
}

static void member_number(struct json_out *out, const char *name, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, value <= EXACT_MAX ? "%llu" : "\"%llu\"",
             (unsigned long long)value);
    key(out, name);
    json_out_str(out, text);
}

static void member_time(struct json_out *out, const char *name, vtime time)
{
    char text[40];
    snprintf(text, sizeof text, "%lluns", (unsigned long long)time);
    member_string(out, name, text);
}

static void member_hash(struct json_out *out, const char *name, uint64_t hash)
{
    char text[24];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
    member_string(out, name, text);
}

static void write_made(struct json_out *out)
{
    char versions[80];
    snprintf(versions, sizeof versions, "[\"v%s\",%d,%d]", RINGSIDE_VERSION, TRACE_VERSION,
             MIX_VERSION);
    key(out, "made");
    json_out_str(out, versions);
}

static void write_sets(struct json_out *out, const struct session *session)
{
    if (session->set_count == 0)
        return;
    key(out, "sets");
    for (uint32_t i = 0; i < session->set_count; i++) {
        json_out_str(out, i == 0 ? "[" : ",");
        json_out_quoted(out, session->sets[i]);
    }
    json_out_str(out, "]");
}

/* The branch in which the deed at `index` of the present branch's list was done: the nearest
 * ancestor whose own deed it is, since a branch copies what lies before it from its parent. */
static uint32_t branch_of_deed(const struct stage *stage, uint32_t branch, uint32_t index)
{
    uint32_t own = stage_deed_index(stage, branch);
    while (branch != 0 && own > index) {
        branch = stage_branch_at(stage, branch).parent;
        own = stage_deed_index(stage, branch);
    }
    return branch;
}

static void write_deeds(struct json_out *out, const struct session *session,
                        const struct stage *stage)
{
    uint32_t now = stage_branch_now(stage), count = 0;
    stage_interventions(stage, &count);
    bool is_first = true;
    for (uint32_t i = 0; i < count && now != 0; i++) {
        uint32_t branch = branch_of_deed(stage, now, i);
        if (branch == 0)
            continue; /* one of the scenario's own */
        const struct intervention *deed = stage_deed(stage, branch);
        if (is_first)
            key(out, "do");
        json_out_str(out, is_first ? "[{" : ",{");
        is_first = false;
        member_number(out, "step", stage_branch_at(stage, branch).from_step);
        member_time(out, "time", deed->time);
        key(out, "do");
        print_action(out, session->scenario, &deed->action);
        json_out_str(out, "}");
    }
    json_out_str(out, is_first ? "" : "]");
}

static void write_look(struct json_out *out, const struct moment *moment)
{
    const char *pick = moment_pick_word(moment->pick.kind);
    char panes[60];
    struct text text;
    text_init(&text, panes, sizeof panes);
    layout_name(moment->panes, &text);
    key(out, "see");
    json_out_str(out, "{");
    if (pick)
        member_number(out, pick, moment->pick.id);
    member_string(out, "panes", panes);
    if (moment->maximised < PANE_COUNT)
        member_string(out, "alone", pane_words[moment->maximised]);
    if (*moment->filter)
        member_string(out, "filter", moment->filter);
    member_string(out, "page", page_words[MIN(moment->inspector_page, PAGE_COUNT - 1)]);
    member_string(out, "colours", colour_words[MIN(moment->ring_colours, RING_COLOURS_COUNT - 1)]);
    if (moment->ring_sheet != RING_DOUBTS)
        member_string(out, "sheet", sheet_words[MIN(moment->ring_sheet, RING_SHEET_COUNT - 1)]);
    if (moment->span)
        member_time(out, "span", moment->span);
    if (moment->span && moment->is_held)
        member_time(out, "from", moment->from);
    json_out_str(out, "}");
}

static void write_moment(struct json_out *out, const struct stage *stage,
                         const struct moment *moment)
{
    key(out, "at");
    json_out_str(out, "{");
    member_number(out, "step", moment->step);
    member_time(out, "time", moment->time);
    if (moment->is_over) {
        key(out, "over");
        json_out_str(out, "true");
    }
    if (moment->clock != moment->time)
        member_time(out, "clock", moment->clock);
    member_hash(out, "state", stage_state_digest(stage).low);
    json_out_str(out, "}");
    write_look(out, moment);
}

char *share_line(const struct session *session, const struct app *app)
{
    struct json_out json = {0}, line = {0};
    struct moment moment;
    char head[8], sum[16];
    moment_take(app, &moment);
    json_out_str(&json, "{");
    member_string(&json, "scenario", session->scenario->name);
    member_hash(&json, "text", session_text_hash(session));
    member_number(&json, "seed", session->seed);
    write_sets(&json, session);
    write_made(&json);
    write_deeds(&json, session, app->stage);
    write_moment(&json, app->stage, &moment);
    json_out_str(&json, "}");
    snprintf(head, sizeof head, "rs%d:", SHARE_FORMAT);
    json_out_str(&line, head);
    flat_from_json(&line, json.data);
    snprintf(sum, sizeof sum, "~%08x", crc32c((const uint8_t *)line.data, line.size));
    json_out_str(&line, sum);
    free(json.data);
    return line.data;
}

/* --- reading -------------------------------------------------------------------------------- */

static bool refuse(struct json_error *error, const char *why)
{
    snprintf(error->text, sizeof error->text, "%s", why);
    return false;
}

static bool is_blank_or_quote(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\'' || c == '"' || c == '`';
}

static const char *skip_blanks(const char *text)
{
    while (is_blank_or_quote(*text))
        text++;
    return text;
}

bool share_is_line(const char *text)
{
    text = skip_blanks(text);
    size_t digits = text[0] == 'r' && text[1] == 's' ? strspn(text + 2, "0123456789") : 0;
    return digits > 0 && text[2 + digits] == ':';
}

/* The line without what a mail or a chat put into it; NULL when it is too long. */
static char *clean_copy(const char *text)
{
    size_t size = strlen(text), kept = 0;
    char *line = size <= SHARE_LINE_MAX ? malloc(size + 1) : NULL;
    for (size_t i = 0; line && i < size; i++)
        if (!is_blank_or_quote(text[i]))
            line[kept++] = text[i];
    if (line)
        line[kept] = '\0';
    return line;
}

/* Cuts the checksum off. */
static bool is_whole(char *line)
{
    char *mark = strrchr(line, '~'), *end = NULL;
    if (!mark || strlen(mark) != 9 || strspn(mark + 1, "0123456789abcdef") != 8)
        return false;
    unsigned long sum = strtoul(mark + 1, &end, 16);
    *mark = '\0';
    return sum == crc32c((const uint8_t *)line, (size_t)(mark - line));
}

/* A number of up to 64 bits: beyond what JSON keeps exact it is a string of digits. */
static uint64_t read_number(struct json_value value)
{
    static const struct json_string_rule digits = {"a number", "0-9", 1, 20};
    uint64_t number = 0;
    if (json_value_kind(value) != JSON_STRING)
        return (uint64_t)json_read_int(value, 0, EXACT_MAX, 0);
    if (!parse_u64(json_read_string(value, &digits, "0"), &number))
        json_fail(value, "expected a number below 2^64");
    return number;
}

static uint64_t read_hash(struct json_value value)
{
    static const struct json_string_rule rule = {"16 hexadecimal digits", "0-9a-f", 16, 16};
    return strtoull(json_read_string(value, &rule, "0"), NULL, 16);
}

static void read_made(struct share *share, struct json_value value)
{
    static const struct json_string_rule rule = {"a version", "0-9a-z.-", 1, 40};
    struct json_array list = json_array_open(value, 3, 3);
    struct json_value item;
    int64_t numbers[2] = {0, 0};
    const char *version = "";
    for (uint32_t i = 0; json_array_next(&list, &item); i++)
        if (i == 0)
            version = json_read_string(item, &rule, "");
        else
            numbers[i - 1] = json_read_int(item, 0, 1000000, 0);
    share->made = numbers[0] == TRACE_VERSION && numbers[1] == MIX_VERSION ? NULL : version;
}

static void read_sets(struct share *share, struct json_value value)
{
    static const struct json_string_rule rule = {"PATH=VALUE", NULL, 1, 10000};
    struct json_array list = json_array_open(value, 0, SETS_MAX);
    struct json_value item;
    share->sets = calloc(list.count + 1, sizeof *share->sets);
    CHECK_WHY(share->sets != NULL, "out of memory");
    while (json_array_next(&list, &item))
        share->sets[share->set_count++] = (char *)json_read_string(item, &rule, "");
}

static void read_at(struct share *share, struct json_value value)
{
    struct json_object at = json_object_open(value);
    struct moment *moment = &share->moment;
    moment->step = read_number(json_object_need(&at, "step"));
    moment->time = json_read_time(json_object_need(&at, "time"), 0, LATEST, 0);
    moment->is_over = json_read_bool(json_object_get(&at, "over"), false);
    moment->clock = json_read_time(json_object_get(&at, "clock"), 0, LATEST, moment->time);
    share->state_hash = read_hash(json_object_need(&at, "state"));
    json_object_finish(&at);
}

/* What another version has to show that this one does not know is left out. */
static uint32_t read_choice(struct json_value value, const char *const *words, uint32_t count,
                            uint32_t fallback)
{
    static const struct json_string_rule rule = {"a word", NULL, 1, 60};
    const char *word = json_read_string(value, &rule, "");
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return fallback;
}

static uint32_t read_panes(struct json_value value)
{
    static const struct json_string_rule rule = {"panes", NULL, 1, 60};
    char ignored[200];
    uint32_t panes = 0;
    struct text mistake;
    text_init(&mistake, ignored, sizeof ignored);
    layout_named(json_read_string(value, &rule, "all"), &panes, &mistake);
    return panes;
}

/* A diagram that says where it begins does not follow the present. */
static void read_from(struct json_value value, struct moment *moment)
{
    moment->from = json_read_time(value, 0, LATEST, 0);
    moment->is_held = true;
}

static void read_filter(struct json_value value, struct moment *moment)
{
    static const struct json_string_rule rule = {"a filter of the log", NULL, 1,
                                                 LOG_FILTER_MAX - 1};
    snprintf(moment->filter, sizeof moment->filter, "%s", json_read_string(value, &rule, ""));
}

static void read_look(struct share *share, struct json_value value)
{
    struct json_object see = json_object_open(value);
    struct json_value member;
    struct moment *moment = &share->moment;
    moment->maximised = PANE_COUNT;
    while (json_object_next(&see, &member)) {
        const char *name = json_value_key(member);
        if (strcmp(name, "panes") == 0)
            moment->panes = read_panes(member);
        else if (strcmp(name, "alone") == 0)
            moment->maximised = read_choice(member, pane_words, PANE_COUNT, PANE_COUNT);
        else if (strcmp(name, "filter") == 0)
            read_filter(member, moment);
        else if (strcmp(name, "page") == 0)
            moment->inspector_page = read_choice(member, page_words, PAGE_COUNT, 0);
        else if (strcmp(name, "colours") == 0)
            moment->ring_colours = read_choice(member, colour_words, RING_COLOURS_COUNT, 0);
        else if (strcmp(name, "sheet") == 0)
            moment->ring_sheet = read_choice(member, sheet_words, RING_SHEET_COUNT, RING_DOUBTS);
        else if (strcmp(name, "span") == 0)
            moment->span = json_read_time(member, 0, LATEST, 0);
        else if (strcmp(name, "from") == 0)
            read_from(member, moment);
        else if (moment_pick_kind(name) != PICK_NONE)
            moment->pick = (struct pick){moment_pick_kind(name), read_number(member)};
    }
}

static void read_members(struct share *share)
{
    static const struct json_string_rule name = {"a scenario's name", "a-zA-Z0-9_-", 1, 63};
    struct json_object top = json_object_open(json_root(share->doc, share->error));
    for (size_t i = 0; i < ARRAY_LEN(member_words); i++)
        json_object_get(&top, member_words[i]);
    share->scenario = json_read_string(json_object_need(&top, "scenario"), &name, "");
    share->text_hash = read_hash(json_object_need(&top, "text"));
    share->seed = read_number(json_object_need(&top, "seed"));
    read_sets(share, json_object_get(&top, "sets"));
    read_made(share, json_object_need(&top, "made"));
    share->deeds = json_object_get(&top, "do");
    share->deed_count = json_array_open(share->deeds, 0, DEEDS_MAX).count;
    read_at(share, json_object_need(&top, "at"));
    read_look(share, json_object_get(&top, "see"));
    json_object_finish(&top);
}

static bool read_format(const char *line, struct json_error *error)
{
    unsigned long format = share_is_line(line) ? strtoul(line + 2, NULL, 10) : 0;
    if (format == SHARE_FORMAT)
        return true;
    if (format == 0)
        return refuse(error, "this is no share line: one begins with rs1: (Ctrl+C makes one)");
    snprintf(error->text, sizeof error->text,
             "this share line is of format %lu, and this program (%s) reads format %d: it needs "
             "another version of Ringside",
             format, RINGSIDE_VERSION, SHARE_FORMAT);
    return false;
}

static bool read_line(char *line, struct share *share, struct json_error *error)
{
    struct json_out json = {0};
    if (!read_format(line, error))
        return false;
    if (!is_whole(line))
        return refuse(error, "this share line was damaged on its way (its checksum does not "
                             "fit), so nothing was opened: copy it once more, the whole line");
    const char *flat = strchr(line, ':') + 1;
    json_out_str(&json, "");
    if (flat_to_json(&json, flat, strlen(flat)))
        share->doc = json_doc_parse("share line", json.data, json.size, error);
    else
        refuse(error, "this share line is whole, but no program writes such a line");
    free(json.data);
    share->error = error;
    if (share->doc)
        read_members(share);
    return !json_has_error(error);
}

bool share_read(const char *text, struct share *share, struct json_error *error)
{
    *share = (struct share){0};
    char *line = clean_copy(text);
    bool is_read = line ? read_line(line, share, error)
                        : refuse(error, "this share line is too long to be one");
    free(line);
    if (!is_read)
        share_free(share);
    return is_read;
}

void share_free(struct share *share)
{
    json_doc_free(share->doc);
    free(share->sets);
    *share = (struct share){0};
}

/* --- doing what it says --------------------------------------------------------------------- */

static bool do_again(struct share *share, struct session *session, struct json_value value)
{
    struct action action;
    struct stage *stage = session->stage;
    struct json_object deed = json_object_open(value);
    uint64_t step = read_number(json_object_need(&deed, "step"));
    vtime time = json_read_time(json_object_need(&deed, "time"), 0, LATEST, 0);
    struct json_value what = json_object_need(&deed, "do");
    if (!json_object_finish(&deed) || !scenario_load_action(session->scenario, what, &action))
        return false;
    if (!stage_seek_moment(stage, stage_branch_now(stage), step, time))
        return refuse(share->error, "the run does not pass the moment at which something was done "
                                    "in it");
    stage_do(stage, &action);
    return true;
}

bool share_replay(struct share *share, struct session *session)
{
    struct json_error *error = share->error;
    struct json_array deeds = json_array_open(share->deeds, 0, DEEDS_MAX);
    struct stage *stage = session->stage;
    struct json_value item;
    scenario_keep(session->scenario, share->doc);
    share->doc = NULL;
    while (json_array_next(&deeds, &item))
        if (!do_again(share, session, item))
            return false;
    if (json_has_error(error))
        return false;
    const struct moment *moment = &share->moment;
    if (!stage_seek_moment(stage, stage_branch_now(stage), moment->step, moment->time))
        return refuse(error, "the run does not pass the moment that the line is about");
    if (moment->is_over && !stage_is_over(stage))
        stage_forward(stage);
    if (stage_state_digest(stage).low != share->state_hash && !share->made)
        return refuse(error, "the moment is not the same here as where the line was made");
    return true;
}
