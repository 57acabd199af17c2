/*
 * fuzz_share.c: any bytes as a share line, as flat JSON, and as a journal (libFuzzer).
 *
 *     make MODE=fuzz build/fuzz-clang/tests/fuzz/fuzz_share
 *     build/fuzz-clang/tests/fuzz/fuzz_share -max_total_time=300 some_folder
 *
 * To be started in the root of the tree. The first byte says what the rest is:
 *
 *   'l'   a line as it comes: damaged ones are refused with one sentence
 *   'f'   what stands between rs1: and the checksum, which is made to fit: so the fuzzer gets past
 *         it, to whoever reads deeds, moments and looks; what opens is drawn
 *   'j'   lines of a journal behind a header that fits, each with a checksum that fits; what comes
 *         back is run on
 *   else  flat JSON: what goes to JSON and back is the same again
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/mix.h"
#include "cli/cli.h"
#include "cli/journal/flat_json.h"
#include "cli/journal/journal.h"
#include "cli/journal/share_open.h"

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char scenario_file[] = "scenarios/first-steps.json";
static char home[] = "/tmp/ringside-fuzz-XXXXXX";
static char folder[200];

static struct session *open_session(void)
{
    struct json_error error = {0};
    struct session_origin origin = {.file = scenario_file};
    struct session *session = session_open(&origin, &error);
    REQUIRE(session != NULL);
    return session;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    if (access(scenario_file, R_OK) != 0 || !mkdtemp(home)) {
        fprintf(stderr, "fuzz_share: start it in the root of the tree\n");
        exit(1);
    }
    setenv("XDG_STATE_HOME", home, 1);
    snprintf(folder, sizeof folder, "%s/ringside/journal", home);
    REQUIRE(place_make_folder(folder));
    return 0;
}

/* --- lines ---------------------------------------------------------------------------------- */

static void draw(struct session *session, const struct moment *moment)
{
    struct draw_list list = {0};
    const char *why;
    struct app *app = app_open_stage(session->stage, &why);
    REQUIRE(app != NULL);
    session->stage = NULL;
    moment_show(app, moment);
    app_draw(app, 640, 360, &list);
    app_key(app, KEY_TAB, 0);
    app_key(app, 'w', 0);
    app_draw(app, 640, 360, &list);
    draw_free(&list);
    char *again = share_line(session, app);
    REQUIRE(share_is_line(again));
    free(again);
    app_close(app);
}

static void open_line(const char *line)
{
    struct json_error error = {0}, warning;
    struct moment moment;
    struct session *session = share_open(line, scenario_file, &moment, &warning, &error);
    REQUIRE((session == NULL) == json_has_error(&error));
    REQUIRE(!strchr(error.text, '\n'));
    if (session)
        draw(session, &moment);
    session_close(session);
}

static void open_flat(const char *flat)
{
    char *line = malloc(strlen(flat) + 20);
    REQUIRE(line != NULL);
    size_t size = (size_t)sprintf(line, "rs1:%s", flat), kept = 0;
    for (size_t i = 0; i < size; i++) /* as share_read does before it looks at the checksum */
        if (!strchr(" \t\n\r'\"`", line[i]))
            line[kept++] = line[i];
    sprintf(line + kept, "~%08x", crc32c((const uint8_t *)line, kept));
    open_line(line);
    free(line);
}

/* --- flat JSON ------------------------------------------------------------------------------ */

static void there_and_back(const char *flat)
{
    struct json_out json = {0}, back = {0}, again = {0};
    struct json_error error = {0};
    json_out_str(&json, "");
    json_out_str(&back, "");
    json_out_str(&again, "");
    struct json_doc *doc = NULL;
    if (flat_to_json(&json, flat, strlen(flat)))
        doc = json_doc_parse("flat", json.data, json.size, &error);
    if (doc) {
        flat_from_json(&back, json.data);
        REQUIRE(flat_to_json(&again, back.data, back.size));
        REQUIRE(strcmp(again.data, json.data) == 0);
    }
    json_doc_free(doc);
    free(json.data), free(back.data), free(again.data);
}

/* --- journals ------------------------------------------------------------------------------- */

static void put(FILE *file, const char *json)
{
    fprintf(file, "%08x %s\n", crc32c((const uint8_t *)json, strlen(json)), json);
}

static void write_journal(const struct session *session, char *lines, char *path, size_t size)
{
    char header[300];
    unsigned long long hash = session_text_hash(session);
    snprintf(path, size, "%s/first-steps-1-%016llx-1-1-1.journal", folder, hash);
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    snprintf(header, sizeof header,
             "{\"ringside_journal\":%d,\"made\":[\"v%s\",%d,%d],\"text\":\"%016llx\","
             "\"seed\":\"1\"}",
             JOURNAL_FORMAT, RINGSIDE_VERSION, TRACE_VERSION, MIX_VERSION, hash);
    put(file, header);
    for (char *rest = lines, *line; (line = strtok_r(rest, "\n", &rest)) != NULL;)
        put(file, line);
    fclose(file);
}

static void bring_back(char *lines)
{
    struct session *session = open_session();
    struct notice notice = {0};
    struct kept kept;
    char path[400], aside[PLACE_MAX];
    uint32_t branch;
    write_journal(session, lines, path, sizeof path);
    kept_find(&kept, session, &notice);
    uint32_t back = kept_bring_back(&kept, session, session->stage, session->journal, &branch,
                                    &notice);
    REQUIRE(back == stage_branch_count(session->stage) - 1);
    stage_seek(session->stage, UINT64_MAX);
    session_close(session);
    unlink(path);
    snprintf(aside, sizeof aside, "%s.damaged", path);
    unlink(aside);
    snprintf(aside, sizeof aside, "%s.not-all", path);
    unlink(aside);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *text = malloc(size);
    REQUIRE(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    switch (data[0]) {
    case 'l': open_line(text); break;
    case 'f': open_flat(text); break;
    case 'j': bring_back(text); break;
    default: there_and_back(text);
    }
    free(text);
    return 0;
}
