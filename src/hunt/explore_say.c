/*
 * explore_say.c: a schedule in words.
 *
 * A step's sentence is that of the first record that it leaves in the trace: the same words as in
 * any listing. A message that is lost leaves none while exploring, as nobody picks it any more; it
 * gets the sentence of a drop.
 */
#include "hunt/explore_parts.h"
#include "sim/picture/view.h"

struct catch
{
    struct trace_record record;
    bool is_caught;
};

static void take_record(void *host, const struct trace_record *record)
{
    struct catch *catch = host;
    if (!catch->is_caught)
        catch->record = *record;
    catch->is_caught = true;
}

static uint32_t address_of(const struct explore *x, uint32_t part)
{
    return part < x->node_count ? part : CLIENT_ADDRESS_BASE + (part - x->node_count);
}

static struct trace_record record_of_loss(const struct explore *x, uint32_t number)
{
    const struct explore_message *message = &x->messages[number];
    return (struct trace_record){
        .kind = TRACE_DROP,
        .actor = address_of(x, message->from),
        .about = message->about,
        .field = {message->kind, address_of(x, message->to), REASON_COMMANDED}};
}

void explore_say(struct explore *x, const uint32_t *path, uint32_t step, struct text *text)
{
    struct catch catch = {.is_caught = false};
    explore_go(x, path, step);
    x->world.sink = (struct trace_sink){take_record, &catch};
    explore_go(x, path, step + 1);
    x->world.sink.take = NULL;
    if (choice_kind(path[step]) == EXPLORE_LOSE)
        catch.record = record_of_loss(x, choice_which(path[step]));
    struct trace_names names = world_names(&x->world);
    trace_sentence(text, &catch.record, &names);
}
