/*
 * why_offer.c: nothing failed: what can be asked of this run, by name.
 *
 * One line for each kind of question, ready to be pasted, with something of this very run:
 * the last operation, the first key, the first node.
 */
#include <stdio.h>
#include <string.h>

#include "cli/run/why_cli.h"
#include "sim/picture/view.h"

/* The last operation that failed, else the last one that was answered; how many there were of
 * each. NULL: none was. */
static const struct operation *last_operation(const struct inquiry *inquiry, uint32_t *failed,
                                              uint32_t *all)
{
    const struct operation *last = NULL, *last_failed = NULL;
    uint64_t count = chain_count(&inquiry->world.state->clients.history);
    *failed = *all = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct operation *operation = history_at(&inquiry->world, (uint32_t)i);
        if (!operation->record_told)
            continue;
        ++*all;
        last = operation;
        *failed += operation->outcome != OUTCOME_OK;
        last_failed = operation->outcome != OUTCOME_OK ? operation : last_failed;
    }
    return last_failed ? last_failed : last;
}

static void offer(const struct why_options *o, const char *option, const char *name,
                  const char *what)
{
    char question[300];
    bool is_plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "#~:._-") == strlen(name);
    snprintf(question, sizeof question, is_plain ? "%s %s" : "%s '%s'", option, name);
    printf("  ringside why %s %-24s %s\n", o->ask.file, question, what);
}

/* Nothing failed: what can be asked of this run, by name. */
void why_offer_questions(const struct inquiry *inquiry, const struct why_options *o)
{
    uint32_t failed, all;
    char name[100];
    struct text text;
    const struct operation *operation = last_operation(inquiry, &failed, &all);
    if (failed > 0)
        printf("No check failed. Of %u operations %u did not succeed, which no check forbids.\n",
               all, failed);
    else
        printf("Nothing has failed: no check, and no operation (of %u).\n", all);
    puts("What can be asked all the same:");
    if (operation) {
        text_init(&text, name, sizeof name);
        world_request_text(&inquiry->world, &text, operation->request);
        offer(o, "--op", name, failed ? "the last that did not succeed" : "what it waited for");
    }
    if (world_key_count(&inquiry->world) > 0) {
        struct bytes key = world_key(&inquiry->world, 0);
        snprintf(name, sizeof name, "%.*s", (int)MIN(key.size, 99u), (const char *)key.data);
        offer(o, "--key", name, "why its replicas hold what they hold");
    }
    offer(o, "--node", inquiry->scenario->nodes[0].name, "why it is as it is");
    if (inquiry->scenario->check_count > 0)
        offer(o, "--check", inquiry->scenario->checks[0].name, "what decided a check");
    offer(o, "--record", "1", "why a record came about (ringside run FILE -v shows them)");
    puts("Each of them with --at T as it was at that time (docs/why.md).");
}
