/*
 * cmd_check.c: ringside check: judge a history that another system recorded.
 *
 * What is read and how it is judged belongs to src/history; here are options, files and words.
 * Every file is judged, whatever is wrong with the ones before it; the exit code is the worst one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "cli/cli.h"
#include "cli/files/whole_file.h"
#include "cli/journal/flat_json.h"
#include "history/drawing.h"
#include "scenario/json_file.h"

static const char check_help[] =
    "usage: ringside check HISTORY... [--model NAME] [--json] [--level NAME] [--work STEPS]\n"
    "                                  [--consistency NAME] [--svg FILE] [--html FILE]\n"
    "\n"
    "Judge histories that other systems recorded: EDN of Jepsen, Knossos or Elle, JSON Lines with\n"
    "the same names, or logs of Jepsen's. The format is found out; so is the model, if the words\n"
    "speak for one.\n"
    "\n"
    "  --model NAME   register (read, write), cas-register (read, write, cas),\n"
    "                 kv (get, put, append), list-append, rw-register (txn), set (add, read),\n"
    "                 counter (add, inc, dec, read), queue (enqueue, dequeue, drain)\n"
    "  --level NAME   what transactions are held to: read-uncommitted, read-committed,\n"
    "                 repeatable-read, snapshot-isolation, serializable (default),\n"
    "                 strong-session-serializable, strict-serializable\n"
    "  --consistency NAME\n"
    "                 what register and kv are held to: linearizable (default), sequential,\n"
    "                 causal, sessions, regular\n"
    "  --work STEPS   search steps until the answer is \"unknown\" (default 10000000)\n"
    "  --json         one object for each file\n"
    "  --svg FILE     the history as a picture: what has an order, and what cannot be placed\n"
    "  --html FILE    the same on a page, with the verdict and a table (both: of one history)\n"
    "\n"
    "docs/histories.md says what is read and what is promised.\n"
    "\n"
    "Exit codes: 0 all hold or are unknown, 1 one is violated, 2 usage, or one cannot be read\n"
    "\n"
    "Examples:\n"
    "  ringside check docs/examples/stale-read.edn --svg stale-read.svg\n"
    "  ringside check docs/examples/write-skew.jsonl --level snapshot-isolation\n";

static const char *const verdict_words[] = {"holds", "VIOLATED", "unknown"};

#define WORK_PLAN          UINT64_C(10000000)
#define HISTORY_SIZE_LIMIT ((size_t)1 << 30)

/* ---- one file ---- */

struct checking {
    const struct history_model *model; /* NULL: as the words say */
    struct judge_options options;
    const char *svg; /* files to write, or NULL */
    const char *html;
    struct region region;
    struct heap *heap;
};

static int refuse(const char *file, const struct history_mistake *mistake)
{
    fprintf(stderr, "%s:%u:%u: %s\n", file, mistake->line, mistake->column, mistake->text);
    return EXIT_USAGE;
}

static void print_text(const char *file, const struct acts *acts, const char *model,
                       const char *promise, const struct judgement *judgement)
{
    printf("%s: %s\n", file, verdict_words[judgement->kind]);
    printf("  %s, %s of %u operations (%s), %u object%s: %s\n", promise, model, acts->count,
           acts->format, judgement->object_count, judgement->object_count == 1 ? "" : "s",
           judgement->text);
}

static void print_json(const char *file, const struct acts *acts, const char *model,
                       const char *promise, const struct judgement *judgement)
{
    printf("{\"file\": ");
    write_json_string(stdout, file);
    printf(", \"format\": \"%s\", \"model\": \"%s\", \"promise\": \"%s\", \"verdict\": \"%s\", "
           "\"operations\": %u, \"objects\": %u, \"steps\": %llu, \"lines\": [",
           acts->format, model, promise,
           judgement->kind == VERDICT_VIOLATED ? "violated" : verdict_words[judgement->kind],
           acts->count, judgement->object_count, (unsigned long long)judgement->work);
    for (uint32_t i = 0; i < judgement->act_count; i++)
        printf("%s[%u, %u]", i ? ", " : "", acts->items[judgement->acts[i]].line,
               acts->items[judgement->acts[i]].line_end);
    printf("], \"text\": ");
    write_json_string(stdout, judgement->text);
    puts("}");
}

/* Write the picture that was asked for. */
static int write_drawing(struct checking *checking, const char *path, bool is_page,
                         const struct acts *acts, const char *name, const char *promise,
                         const struct judgement *judgement)
{
    struct whole_file file;
    char why[300];
    if (!path)
        return EXIT_HOLDS;
    if (!whole_file_open(&file, path, why, sizeof why))
        return usage_error("%s", why);
    if (is_page)
        history_draw_html(file.out, checking->heap, acts, name, promise, judgement);
    else
        history_draw_svg(file.out, checking->heap, acts, judgement);
    if (!whole_file_finish(&file, why, sizeof why))
        return usage_error("%s", why);
    return EXIT_HOLDS;
}

static int check_text(struct checking *checking, const char *file, struct bytes text, bool as_json)
{
    struct history_mistake mistake = {0};
    struct judgement judgement = {0};
    struct acts acts;
    if (!acts_read(checking->heap, text, &acts, &mistake))
        return refuse(file, &mistake);
    const struct history_model *model =
        checking->model ? checking->model : history_model_guess(&acts);
    if (!model)
        return usage_error("%s: which model? Its operations fit none alone: --model NAME, see "
                           "ringside check --help",
                           file);
    if (!model->judge(checking->heap, &acts, &checking->options, &judgement, &mistake))
        return refuse(file, &mistake);
    const char *promise = judgement.promise ? judgement.promise : model->promise;
    (as_json ? print_json : print_text)(file, &acts, model->name, promise, &judgement);
    if (write_drawing(checking, checking->svg, false, &acts, file, promise, &judgement) ||
        write_drawing(checking, checking->html, true, &acts, file, promise, &judgement))
        return EXIT_USAGE;
    return judgement.kind == VERDICT_VIOLATED ? EXIT_CHECK_FAILED : EXIT_HOLDS;
}

static int check_file(struct checking *checking, const char *file, bool as_json)
{
    struct json_error error = {0};
    size_t size = 0;
    char *text = json_file_read(file, HISTORY_SIZE_LIMIT, &size, &error);
    if (!text)
        return usage_error("%s", error.text);
    struct bytes bytes = {(const uint8_t *)text, (uint32_t)size};
    int code = check_text(checking, file, bytes, as_json);
    heap_drop(checking->heap);
    free(text);
    return code;
}

/* ---- the command ---- */

static const char *consistency_words(uint32_t index)
{
    return consistency_name(index);
}

static enum consistency consistency_find(const char *name)
{
    uint32_t found = CONSISTENCY_LINEARIZABLE;
    while (found < CONSISTENCY_COUNT && strcmp(consistency_name(found), name) != 0)
        found++;
    return found;
}

static const char *model_words(uint32_t index)
{
    return history_models[index]->name;
}

static const char *level_words(uint32_t index)
{
    return isolation_name((enum isolation)index);
}

static int no_such(const char *what, const char *name, const char *word(uint32_t), uint32_t count)
{
    struct bytes bytes = {(const uint8_t *)name, (uint32_t)strlen(name)};
    struct nearest nearest = nearest_to(bytes);
    char hint[100];
    struct text text;
    for (uint32_t i = 0; i < count; i++)
        nearest_offer_string(&nearest, word(i));
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; see ringside check --help");
    return usage_error("there is no %s \"%s\"%s", what, name, hint);
}

static int check_files(struct checking *checking, const char *const *files, uint32_t count,
                       bool as_json)
{
    const char *why;
    if (!region_open(&checking->region, REGION_RESERVE_MAX, NULL, &why))
        return usage_error("no memory for the check: %s", why);
    checking->heap = region_create_root(&checking->region, sizeof(struct heap));
    heap_init(checking->heap, checking->region.header);
    int code = EXIT_HOLDS;
    for (uint32_t i = 0; i < count; i++) {
        int one = check_file(checking, files[i], as_json);
        code = MAX(code, one);
    }
    region_close(&checking->region);
    return code;
}

static int check_main(int argc, char **argv)
{
    const char *files[4096];
    const char *model = NULL, *level = NULL, *json = NULL, *work = NULL;
    const char *consistency = NULL;
    uint32_t count;
    struct checking checking = {.options = {.work_limit = WORK_PLAN,
                                            .level = ISOLATION_SERIALIZABLE}};
    const struct option options[] = {{"--model", true, &model, NULL, NULL},
                                     {"--level", true, &level, NULL, NULL},
                                     {"--work", true, &work, NULL, NULL},
                                     {"--consistency", true, &consistency, NULL, NULL},
                                     {"--svg", true, &checking.svg, NULL, NULL},
                                     {"--html", true, &checking.html, NULL, NULL},
                                     {"--json", false, &json, NULL, NULL}};
    if (!options_read(&command_check, argc, argv, options, ARRAY_LEN(options), files,
                      ARRAY_LEN(files), &count))
        return EXIT_USAGE;
    if (count == 0)
        return usage_error("check needs a history file; ringside check --help");
    if (count > 1 && (checking.svg || checking.html))
        return usage_error("--svg and --html draw one history; there are %u", count);
    if (model && !(checking.model = history_model_find(model)))
        return no_such("model", model, model_words, history_model_count);
    if (level && (checking.options.level = isolation_find(level)) == ISOLATION_COUNT)
        return no_such("isolation level", level, level_words, ISOLATION_COUNT);
    if (consistency &&
        (checking.options.consistency = consistency_find(consistency)) == CONSISTENCY_COUNT)
        return no_such("consistency", consistency, consistency_words, CONSISTENCY_COUNT);
    if (work && !parse_u64(work, &checking.options.work_limit))
        return usage_error("--work needs a number of steps, not \"%s\"", work);
    return check_files(&checking, files, count, json != NULL);
}

const struct command command_check = {"check", "judge a history that another system recorded",
                                      check_help, check_main};
