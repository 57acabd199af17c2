/*
 * session.c: opening a scenario for a window, or the scenario that a trace was made of.
 */
#include "cli/play/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/murmur3.h"
#include "cli/journal/journal.h"
#include "scenario/expand.h"

static char *copy(const char *text)
{
    char *result = strdup(text);
    CHECK_WHY(result != NULL, "out of memory");
    return result;
}

static void keep_origin(struct session *session, const struct session_origin *origin)
{
    session->file = copy(origin->file);
    session->sets = calloc(origin->set_count + 1, sizeof *session->sets);
    CHECK_WHY(session->sets != NULL, "out of memory");
    session->set_count = origin->set_count;
    for (uint32_t i = 0; i < origin->set_count; i++)
        session->sets[i] = copy(origin->sets[i]);
}

/* A world of gigabytes may be refused; then the sentence is the memory's. */
static bool open_stage(struct session *session, struct json_error *error)
{
    const char *why = "";
    if (world_open(&session->world, WORLD_RESERVE_BYTES, NULL, &why))
        session->stage = stage_open(&session->world, session->scenario, session->seed, &why);
    if (!session->stage) {
        snprintf(error->text, sizeof error->text, "%s", why);
        return false;
    }
    session->journal = journal_open(session);
    stage_watch(session->stage, (struct stage_watcher){journal_take, session->journal});
    return true;
}

/* --- traces --------------------------------------------------------------------------------- */

/* The first line of a trace, for the caller to free; NULL when the file is none. */
static char *trace_header(const char *path)
{
    static const char begins[] = "{\"ringside_trace\":";
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    char begin[sizeof begins] = "";
    bool is_trace = file && fread(begin, 1, sizeof begins - 1, file) == sizeof begins - 1 &&
                    strcmp(begin, begins) == 0 && fseek(file, 0, SEEK_SET) == 0 &&
                    getline(&line, &room, file) > 0;
    if (file)
        fclose(file);
    if (is_trace)
        return line;
    free(line);
    return NULL;
}

/* The scenario that the trace holds, and its seed. The header is one line of our own making. */
static struct scenario *scenario_of_trace(const struct session_origin *origin, const char *header,
                                          uint64_t *seed, struct json_error *error)
{
    static const struct json_string_rule text = {"a scenario", NULL, 1, JSON_SIZE_LIMIT};
    const char *digits = strstr(header, "\"seed\": ");
    struct json_doc *doc = json_doc_parse(origin->file, header, strlen(header), error);
    struct scenario *scenario = NULL;
    if (origin->set_count > 0 && doc)
        snprintf(error->text, sizeof error->text, "%.200s is a trace: it takes no --set",
                 origin->file);
    if (doc && !json_has_error(error)) {
        struct json_object top = json_object_open(json_root(doc, error));
        const char *inner = json_read_string(json_object_need(&top, "scenario"), &text, NULL);
        if (inner)
            scenario = scenario_from_text(origin->file, inner, strlen(inner), error);
    }
    if (scenario && digits)
        *seed = strtoull(digits + strlen("\"seed\": "), NULL, 10);
    json_doc_free(doc);
    return scenario;
}

/* --- opening -------------------------------------------------------------------------------- */

static struct scenario *load(const struct session_origin *origin, uint64_t *seed,
                             struct json_error *error)
{
    char *header = trace_header(origin->file);
    if (header) {
        struct scenario *scenario = scenario_of_trace(origin, header, seed, error);
        free(header);
        return scenario;
    }
    struct scenario *scenario =
        scenario_open(origin->file, origin->sets, origin->set_count,
                      origin->has_seed ? &origin->seed : NULL, error);
    if (scenario)
        *seed = scenario->seed;
    return scenario;
}

struct session *session_open(const struct session_origin *origin, struct json_error *error)
{
    uint64_t seed = 0;
    struct scenario *scenario = load(origin, &seed, error);
    if (!scenario)
        return NULL;
    struct session *session = calloc(1, sizeof *session);
    CHECK_WHY(session != NULL, "out of memory");
    session->scenario = scenario;
    session->seed = origin->has_seed ? origin->seed : seed;
    keep_origin(session, origin);
    if (open_stage(session, error))
        return session;
    session_close(session);
    return NULL;
}

void session_close(struct session *session)
{
    if (!session)
        return;
    journal_close(session->journal);
    if (session->stage)
        stage_close(session->stage);
    if (session->world.region.header)
        world_close(&session->world);
    scenario_free(session->scenario);
    for (uint32_t i = 0; i < session->set_count; i++)
        free(session->sets[i]);
    free(session->sets);
    free(session->file);
    free(session);
}

uint64_t session_text_hash(const struct session *session)
{
    const char *text = session->scenario->text;
    struct bytes bytes = {(const uint8_t *)text, (uint32_t)strlen(text)};
    return murmur3_hash(bytes, 0x74657874u).first;
}
