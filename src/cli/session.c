/*
 * session.c: opening a scenario for a window, or the scenario that a trace was made of.
 */
#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/murmur3.h"
#include "cli/journal.h"

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
    session->seed = origin->has_seed ? origin->seed : session->scenario->seed;
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

struct session *session_open(const struct session_origin *origin, struct json_error *error)
{
    struct scenario *scenario =
        scenario_load(origin->file, origin->sets, origin->set_count, error);
    if (!scenario)
        return NULL;
    struct session *session = calloc(1, sizeof *session);
    CHECK_WHY(session != NULL, "out of memory");
    session->scenario = scenario;
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
