/*
 * queues.c: a queue, of which only is asked that nothing gets lost, doubled or invented.
 *
 *     enqueue v   :ok: v is in; open: v may be in
 *     dequeue     :ok with a value: that one is out. Its end unknown: some value may be out
 *     drain       :ok with a list: all of these are out
 *
 * What was enqueued for certain must come out by the end, unless some dequeue without a known end
 * may have taken it; nothing comes out twice, nor what nobody put in. Order is not judged.
 * (Jepsen's total-queue.)
 */
#include "history/models.h"

#include <stdio.h>

#include "base/table.h"

struct queues {
    const struct acts *acts;
    struct judgement *judgement;
    struct table in;       /* identity -> how often enqueued, the failed ones left out */
    struct table certain;  /* identity -> how often for certain */
    struct table out;      /* identity -> how often dequeued */
    struct table act_of;   /* identity -> act that enqueued it last */
    uint32_t open_dequeues;
    uint32_t lost, doubled, unexpected, enqueued, told;
};

static void count(struct table *table, uint64_t identity)
{
    table_set(table, identity, table_get(table, identity, 0) + 1);
}

static void tell(struct queues *queues, const char *what, uint32_t act)
{
    if (queues->told++ >= 3)
        return;
    judge_say(queues->judgement, what);
    judge_name_act(queues->judgement, queues->acts, act);
    if (queues->acts->items[act].returned != EVENT_NONE)
        queues->judgement->good_event = queues->acts->items[act].returned;
}

static void take_out(struct queues *queues, uint32_t act, const struct value *value)
{
    uint64_t identity = value_hash(value);
    count(&queues->out, identity);
    uint64_t in = table_get(&queues->in, identity, 0);
    if (in == 0) {
        queues->unexpected++;
        tell(queues, "; never put in: ", act);
    } else if (table_get(&queues->out, identity, 0) > in) {
        queues->doubled++;
        tell(queues, "; out once more than in: ", act);
    }
}

static void take_end(struct queues *queues, uint32_t index)
{
    const struct act *act = &queues->acts->items[index];
    if (act->end != ACT_OK || act_is(act, "enqueue"))
        return;
    if (act_is(act, "dequeue") && act->result && act->result->kind != VALUE_NIL)
        take_out(queues, index, act->result);
    for (uint32_t i = 0; act_is(act, "drain") && act->result && i < act->result->count; i++)
        take_out(queues, index, &act->result->items[i]);
}

static bool take_call(struct queues *queues, uint32_t index, struct history_mistake *mistake)
{
    const struct act *act = &queues->acts->items[index];
    uint64_t identity = value_hash(act->argument);
    if (!act_is(act, "enqueue") && !act_is(act, "dequeue") && !act_is(act, "drain"))
        return judge_refuse(act, &model_queue, mistake);
    queues->judgement->checked += act->end != ACT_FAIL;
    if (!act_is(act, "enqueue")) {
        queues->open_dequeues += act->end == ACT_OPEN;
        return true;
    }
    if (act->end == ACT_FAIL)
        return true;
    count(&queues->in, identity);
    table_set(&queues->act_of, identity, index);
    if (act->end != ACT_OK)
        return true;
    count(&queues->certain, identity);
    queues->enqueued++;
    return true;
}

/* An open dequeue may have taken one of them, each. */
static void count_lost(struct queues *queues)
{
    uint32_t cursor = 0, missing = 0;
    uint64_t identity, certain;
    while (table_next(&queues->certain, &cursor, &identity, &certain)) {
        uint64_t out = table_get(&queues->out, identity, 0);
        if (out >= certain)
            continue;
        missing += (uint32_t)(certain - out);
        if (missing > queues->open_dequeues)
            tell(queues, "; never came out: ",
                 (uint32_t)table_get(&queues->act_of, identity, 0));
    }
    queues->lost = missing - MIN(missing, queues->open_dequeues);
}

static bool judge_queue(struct heap *heap, const struct acts *acts,
                        const struct judge_options *options, struct judgement *judgement,
                        struct history_mistake *mistake)
{
    struct judgement details = {0};
    struct queues queues = {.acts = acts, .judgement = &details};
    char words[160];
    (void)options;
    table_init(&queues.in, heap);
    table_init(&queues.certain, heap);
    table_init(&queues.out, heap);
    table_init(&queues.act_of, heap);
    for (uint32_t i = 0; i < acts->event_count; i++) {
        uint32_t act = acts->events[i] / 2;
        if (acts->events[i] % 2)
            take_end(&queues, act);
        else if (!take_call(&queues, act, mistake))
            return false;
    }
    count_lost(&queues);
    snprintf(words, sizeof words, "of %u enqueued for certain %u lost; %u out twice, %u unexpected",
             queues.enqueued, queues.lost, queues.doubled, queues.unexpected);
    *judgement = details;
    judgement->object_count = 1;
    judgement->kind = queues.lost + queues.doubled + queues.unexpected ? VERDICT_VIOLATED
                                                                       : VERDICT_HOLDS;
    judgement->text[0] = '\0';
    judge_say(judgement, words);
    judge_say(judgement, details.text);
    return true;
}

const struct history_model model_queue = {"queue", "enqueue, dequeue, drain",
                                          "nothing lost, doubled or invented", judge_queue};
