/*
 * durability.c: one walk along the timeline. The rule is in durability.h.
 *
 * For each key two moments decide: the call of the latest acknowledged write, and
 * the latest return of a write of the final value. The write is lost when the
 * return came first.
 */
#include "check/durability.h"

#include "check/say.h"
#include "check/timeline.h"

#define NO_OPERATION UINT32_MAX
#define MOMENT_NEVER UINT32_MAX

struct key_account {
    uint32_t latest;          /* the acknowledged write called last, or NO_OPERATION */
    uint32_t latest_called;   /* its moment */
    uint32_t source;          /* the write of the final value that returned last, if any */
    uint32_t source_returned; /* its moment; MOMENT_NEVER when it is open */
    uint32_t acknowledged_count;
};

static struct key_account *accounts_make(const struct history *history, struct heap *scratch)
{
    struct key_account *accounts =
        heap_alloc(scratch, sizeof(struct key_account) * history->key_count);
    for (uint32_t key = 0; key < history->key_count; key++) {
        accounts[key].latest = NO_OPERATION;
        accounts[key].source = NO_OPERATION;
    }
    return accounts;
}

static void note_call(struct key_account *account, const struct operation *operation,
                      uint32_t index, uint32_t moment)
{
    if (!is_acknowledged_write(operation))
        return;
    account->acknowledged_count++;
    account->latest = index;
    account->latest_called = moment;
}

static void note_source(struct key_account *account, uint32_t index, uint32_t returned)
{
    if (account->source != NO_OPERATION && account->source_returned >= returned)
        return;
    account->source = index;
    account->source_returned = returned;
}

static void keep_accounts(const struct history *history, const struct final_value *finals,
                          struct heap *scratch, struct key_account *accounts)
{
    struct timeline timeline = timeline_make(history, scratch);
    for (uint32_t moment = 0; moment < timeline.count; moment++) {
        uint32_t index = moment_operation(timeline.moments[moment]);
        const struct operation *operation = &history->operations[index];
        struct key_account *account = &accounts[operation->key];
        bool is_return = is_moment_return(timeline.moments[moment]);
        if (!is_return)
            note_call(account, operation, index, moment);
        if (!is_possible_write(operation) ||
            written_value(operation) != finals[operation->key].value)
            continue;
        if (is_return)
            note_source(account, index, moment);
        else if (!has_returned(operation))
            note_source(account, index, MOMENT_NEVER);
    }
    heap_free(scratch, timeline.moments);
}

/* The decisive rule. What was there before all writes counts as a source that returned before
 * them; nobody but a write may take it away. */
static bool is_lost(const struct key_account *account, uint64_t before, uint64_t final)
{
    if (account->latest == NO_OPERATION)
        return before != VALUE_ABSENT && final != before && account->source == NO_OPERATION;
    return account->source == NO_OPERATION || account->source_returned < account->latest_called;
}

static void say_total(struct saying *saying, uint64_t acknowledged_count)
{
    say(saying, " (");
    say_count(saying, acknowledged_count, "acknowledged write");
    say(saying, " looked at)");
}

static void say_gone(struct saying *saying, uint32_t key, uint64_t before, uint64_t final)
{
    say(saying, "what stood there before the run");
    say_of_key(saying, key);
    say(saying, ", ");
    say_value(saying, before);
    say(saying, ", was never overwritten, but at the end ");
    say(saying, final == VALUE_ABSENT ? "nothing is there" : "another value is there");
}

static void say_lost(struct saying *saying, const struct key_account *account, uint32_t key,
                     uint64_t before, uint64_t final)
{
    if (account->latest == NO_OPERATION) {
        say_gone(saying, key, before, final);
        return;
    }
    say_operation(saying, account->latest);
    say_of_key(saying, key);
    say(saying, " was acknowledged, but ");
    if (account->source == NO_OPERATION) {
        say(saying, final == VALUE_ABSENT ? "at the end nothing is there and nobody deleted it"
            : final == before       ? "at the end the value from before the run is there"
                                    : "at the end a value is there that nobody wrote");
        return;
    }
    say(saying, final == VALUE_ABSENT ? "at the end nothing is there, as after "
                                      : "the value at the end is that of ");
    say_operation(saying, account->source);
    say(saying, ", which had completed before ");
    say_operation(saying, account->latest);
    say(saying, " began");
}

/* Returns the first key with a lost write, or key_count. */
static uint32_t find_lost(const struct history *history, const struct final_value *finals,
                          const struct key_account *accounts)
{
    uint32_t key = 0;
    while (key < history->key_count &&
           !(finals[key].is_known &&
             is_lost(&accounts[key], history_before(history, key), finals[key].value)))
        key++;
    return key;
}

/* Returns the first key with acknowledged writes and an unknown final value, or key_count. */
static uint32_t find_unknown(const struct history *history, const struct final_value *finals,
                             const struct key_account *accounts)
{
    uint32_t key = 0;
    while (key < history->key_count &&
           (finals[key].is_known || accounts[key].latest == NO_OPERATION))
        key++;
    return key;
}

void check_durability(const struct history *history, const struct final_value *finals,
                      struct heap *scratch, struct verdict *verdict)
{
    struct saying saying;
    struct key_account *accounts = accounts_make(history, scratch);
    keep_accounts(history, finals, scratch, accounts);
    uint64_t acknowledged_count = 0;
    for (uint32_t key = 0; key < history->key_count; key++)
        acknowledged_count += accounts[key].acknowledged_count;
    uint32_t lost = find_lost(history, finals, accounts);
    uint32_t unknown = find_unknown(history, finals, accounts);
    verdict->work = history->count;
    if (lost < history->key_count) {
        say_start(&saying, verdict, VERDICT_VIOLATED, history);
        say_lost(&saying, &accounts[lost], lost, history_before(history, lost),
                 finals[lost].value);
    } else if (unknown < history->key_count) {
        say_start(&saying, verdict, VERDICT_UNKNOWN, history);
        say(&saying, "the final value");
        say_of_key(&saying, unknown);
        say(&saying, " is not known");
    } else {
        say_start(&saying, verdict, VERDICT_HOLDS, history);
        say(&saying, "no acknowledged write is lost");
    }
    say_total(&saying, acknowledged_count);
    heap_free(scratch, accounts);
}
