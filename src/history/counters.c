/*
 * counters.c: a number to which amounts are added.
 *
 * A read must lie between what is certain and what is possible: every amount whose add returned :ok
 * before the read was called is in it; one that was called before the read returned may be in it,
 * unless it failed. (Jepsen's counter checker, with amounts of either sign.) These bounds are
 * necessary and not sufficient: two reads may each be within theirs and contradict each other.
 */
#include "history/models.h"

#include <stdio.h>

struct bounds {
    int64_t low;
    int64_t high;
};

static bool number_of(const struct value *value, int64_t *number)
{
    *number = value && value->kind == VALUE_NUMBER ? value->number : 0;
    return value && value->kind == VALUE_NUMBER;
}

static int64_t amount_of(const struct act *act)
{
    int64_t amount = 1;
    if (act->argument)
        number_of(act->argument, &amount);
    return act_is(act, "dec") ? -amount : amount;
}

/* Of amounts below and above zero apart: [0] and [1]. */
struct sums {
    int64_t certain[2];  /* of adds that have returned :ok */
    int64_t possible[2]; /* of adds that were called and did not fail */
};

static bool is_add(const struct act *act)
{
    return act_is(act, "add") || act_is(act, "inc") || act_is(act, "dec");
}

static bool check_words(const struct acts *acts, struct history_mistake *mistake)
{
    for (uint32_t i = 0; i < acts->count; i++) {
        const struct act *act = &acts->items[i];
        int64_t number;
        if (!is_add(act) && !act_is(act, "read"))
            return judge_refuse(act, &model_counter, mistake);
        const struct value *value = is_add(act) ? act->argument : act->result;
        if ((act->end != ACT_OK && !is_add(act)) || (!value && is_add(act)) ||
            number_of(value, &number))
            continue;
        *mistake = (struct history_mistake){.line = act->line, .column = 1};
        snprintf(mistake->text, sizeof mistake->text, "expected a whole number as :value");
        return false;
    }
    return true;
}

static void tell(struct judgement *judgement, const struct acts *acts, uint32_t read,
                 struct bounds bounds)
{
    char words[120];
    snprintf(words, sizeof words, " lies outside of %lld to %lld, what may have been added by then",
             (long long)bounds.low, (long long)bounds.high);
    if (judgement->kind == VERDICT_VIOLATED)
        return;
    judgement->kind = VERDICT_VIOLATED;
    judgement->good_event = acts->items[read].returned;
    judge_name_act(judgement, acts, read);
    judge_say(judgement, words);
}

/* What is certain when a read is called stays in; of the rest whatever makes the sum least or most
 * may be there when it returns. */
static struct bounds bounds_of(const struct sums *called, const struct sums *returned)
{
    int64_t certain = called->certain[0] + called->certain[1];
    return (struct bounds){certain + returned->possible[0] - called->certain[0],
                           certain + returned->possible[1] - called->certain[1]};
}

static bool judge_counter(struct heap *heap, const struct acts *acts,
                          const struct judge_options *options, struct judgement *judgement,
                          struct history_mistake *mistake)
{
    (void)options;
    if (!check_words(acts, mistake))
        return false;
    struct sums now = {0};
    struct sums *called = heap_alloc(heap, acts->count * sizeof *called); /* of reads */
    judgement->object_count = 1;
    judgement->checked = acts->count;
    for (uint32_t i = 0; i < acts->event_count; i++) {
        uint32_t index = acts->events[i] / 2;
        const struct act *act = &acts->items[index];
        bool is_end = acts->events[i] % 2;
        if (act->end == ACT_FAIL)
            continue;
        if (is_add(act)) {
            int64_t amount = amount_of(act);
            (is_end ? now.certain : now.possible)[amount > 0] += amount;
        } else if (!is_end) {
            called[index] = now;
        } else {
            struct bounds bounds = bounds_of(&called[index], &now);
            if (act->result->number < bounds.low || act->result->number > bounds.high)
                tell(judgement, acts, index, bounds);
        }
    }
    if (judgement->kind != VERDICT_VIOLATED)
        judge_say(judgement, "every read is within what was certain and what was possible");
    return true;
}

const struct history_model model_counter = {"counter", "read, add, inc, dec",
                                            "within what was added", judge_counter};
