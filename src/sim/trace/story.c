/*
 * story.c: choosing which records tell the story.
 */
#include "sim/trace/story.h"

#include <string.h>

#include "base/murmur3.h"
#include "db/about.h"
#include "sim/picture/view.h"

/* How much a record tells: 0 nothing, 1 detail, 2 the point. */
static uint32_t weight_of(uint32_t kind)
{
    switch (kind) {
    case TRACE_INVOKE:
    case TRACE_TOLD:
    case TRACE_GIVE_UP:
    case TRACE_HOLD:
    case TRACE_RELEASE:
    case TRACE_POSTPONE:
    case TRACE_CORRUPT:
    case TRACE_NOTE + NOTE_RULE_BROKEN:
    case TRACE_NOTE + NOTE_TAIL_CUT:
    case TRACE_NOTE + NOTE_NODE_REFUSED:
    case TRACE_NOTE + NOTE_HINT_REFUSED:
    case TRACE_NOTE + NOTE_HINT_EXPIRED:
    case TRACE_NOTE + NOTE_APPLY_OLDER: return 2;
    case TRACE_DROP:
    case TRACE_DUPLICATE:
    case TRACE_NOTE + NOTE_LOG_APPEND:
    case TRACE_NOTE + NOTE_APPLY:
    case TRACE_NOTE + NOTE_WRITE_BEGUN:
    case TRACE_NOTE + NOTE_WRITE_ACKNOWLEDGED:
    case TRACE_NOTE + NOTE_READ_BEGUN:
    case TRACE_NOTE + NOTE_READ_ANSWERED:
    case TRACE_NOTE + NOTE_DIGEST_MISMATCH:
    case TRACE_NOTE + NOTE_READ_REPAIR:
    case TRACE_NOTE + NOTE_OPERATION_DONE:
    case TRACE_NOTE + NOTE_HINT_KEPT:
    case TRACE_NOTE + NOTE_HINT_COUNTED:
    case TRACE_NOTE + NOTE_HINT_REEXECUTED:
    case TRACE_NOTE + NOTE_REQUEST_REPEATED: return 1;
    default: return 0;
    }
}

/* What befalls the machines concerns every story that is under way. */
static bool is_event_of_the_world(uint32_t kind)
{
    switch (kind) {
    case TRACE_CRASH:
    case TRACE_PAUSE:
    case TRACE_RESUME:
    case TRACE_PARTITION:
    case TRACE_CUT:
    case TRACE_HEAL:
    case TRACE_HEAL_LINK:
    case TRACE_CLOCK:
    case TRACE_DISK_FAULT:
    case TRACE_SLOW:
    case TRACE_LINK:
    case TRACE_NOTE + NOTE_TAIL_CUT:
    case TRACE_NOTE + NOTE_NODE_READY:
    case TRACE_NOTE + NOTE_NODE_REFUSED:
    case TRACE_NOTE + NOTE_NODE_LOG_GONE:
    case TRACE_NOTE + NOTE_NODE_WIPED:
    case TRACE_NOTE + NOTE_NODE_STOPPED: return true;
    default: return false;
    }
}

/* The listener of the second run. */
struct listener {
    const struct world *world;
    uint64_t subjects[STORY_SUBJECT_MAX]; /* requests the story is about */
    uint32_t subject_count;
    bool has_begun; /* the first of them has been asked */
    struct chain lines;
};

static bool is_subject(const struct listener *listener, uint64_t about)
{
    for (uint32_t i = 0; i < listener->subject_count; i++)
        if (listener->subjects[i] == about)
            return true;
    return false;
}

/* Rules broken while recovering concern no request, and come before what suffers from them. */
static bool belongs(const struct listener *listener, const struct trace_record *record)
{
    bool is_rule_of_node = record->kind == TRACE_NOTE + NOTE_RULE_BROKEN &&
                           about_class(record->about) != ABOUT_REQUEST;
    if (is_subject(listener, record->about))
        return weight_of(record->kind) > 0;
    if (!listener->has_begun)
        return record->kind == TRACE_CLOCK || is_rule_of_node;
    return is_event_of_the_world(record->kind) || is_rule_of_node;
}

static void listen(void *host, const struct trace_record *record)
{
    struct listener *listener = host;
    listener->has_begun |= is_subject(listener, record->about);
    if (!belongs(listener, record))
        return;
    struct story_line *line = chain_append(&listener->lines);
    struct trace_names names = world_names(listener->world);
    struct text text;
    line->record = *record;
    line->is_fault = record->kind == TRACE_NOTE + NOTE_RULE_BROKEN;
    text_init(&text, line->text, sizeof line->text);
    trace_sentence(&text, record, &names);
}

/* --- whom the story is about ------------------------------------------------------- */

static void add_subject(struct listener *listener, uint64_t request)
{
    if (listener->subject_count < STORY_SUBJECT_MAX && !is_subject(listener, request))
        listener->subjects[listener->subject_count++] = request;
}

/* The last few operations on a key. */
static void add_operations_on(struct listener *listener, uint32_t key)
{
    const struct clientele *clientele = &listener->world->state->clients;
    for (uint64_t i = chain_count(&clientele->history); i-- > 0;) {
        const struct operation *operation = history_at(listener->world, (uint32_t)i);
        if (operation->key == key)
            add_subject(listener, operation->request);
    }
}

static void add_key_text(struct listener *listener, struct bytes key)
{
    const uint64_t *index = table_find(&listener->world->state->clients.keys, murmur3_token(key));
    if (index)
        add_operations_on(listener, (uint32_t)*index);
}

static void add_labelled(struct listener *listener, uint32_t number)
{
    const struct client_setting *client = &listener->world->scenario->clients[number >> 16];
    add_subject(listener, about_request(client->identity, (number & 0xffff) + 1, 0));
}

/* The operations and keys that a condition speaks of. */
static void add_condition(struct listener *listener, const struct condition *condition)
{
    const struct condition_code *code = condition->code;
    for (uint32_t i = 0; code && i < code->node_count; i++) {
        const struct condition_node *node = &code->nodes[i];
        if (node->kind != CODE_TERM)
            continue;
        const struct condition_term_info *term = &condition_term_table[node->name];
        struct bytes text = {code->bytes + node->text.start, node->text.size};
        if (term->owner == OWNER_OP)
            add_labelled(listener, node->parameter);
        else if (term->parameter == PARAMETER_KEY || term->owner == OWNER_REPLICAS ||
                 term->owner == OWNER_FINAL)
            add_key_text(listener, text);
    }
}

static void choose_subjects(struct listener *listener, const struct check_result *result)
{
    for (uint32_t i = 0; i < result->verdict.operation_count; i++)
        add_subject(listener, history_at(listener->world, result->verdict.operations[i])->request);
    add_condition(listener, &result->setting->condition);
    bool is_about_key = result->setting->kind == CHECK_CONVERGED ||
                        result->setting->kind == CHECK_NO_INVENTION;
    if (is_about_key && world_key_count(listener->world) > 0)
        add_operations_on(listener, result->verdict.key);
    listener->has_begun = listener->subject_count == 0; /* then it is about the world itself */
}

/* --- which lines fit ------------------------------------------------------------------ */

static uint32_t line_weight(const struct story_line *line)
{
    return is_event_of_the_world(line->record.kind) ? 2 : weight_of(line->record.kind);
}

/* Keep the weightiest lines, the last of equals going first, in their order. */
static void fill_story(struct listener *listener, struct story *story)
{
    uint64_t total = chain_count(&listener->lines);
    uint64_t points = 0;
    for (uint64_t i = 0; i < total; i++)
        points += line_weight(chain_at(&listener->lines, i)) == 2;
    uint64_t room_for_points = MIN(points, (uint64_t)STORY_LINES_MAX);
    uint64_t room_for_details = STORY_LINES_MAX - room_for_points;
    for (uint64_t i = 0; i < total; i++) {
        const struct story_line *line = chain_at(&listener->lines, i);
        uint64_t *room = line_weight(line) == 2 ? &room_for_points : &room_for_details;
        if (*room == 0) {
            story->left_out++;
            continue;
        }
        (*room)--;
        story->lines[story->line_count++] = *line;
    }
}

void story_tell(struct world *world, const struct check_result *result, struct heap *scratch,
                struct story *story)
{
    struct listener listener = {.world = world};
    struct trace_sink sink = world->sink;
    uint64_t last_step = world->state->step;
    vtime last_time = world->state->now;
    bool was_over = world->state->is_over;
    memset(story, 0, sizeof *story);
    chain_init(&listener.lines, scratch, sizeof(struct story_line));
    choose_subjects(&listener, result);

    world->sink = (struct trace_sink){listen, &listener};
    world_begin(world, world->scenario, world->seed, world->interventions,
                world->intervention_count);
    while (world->state->step < last_step && world_step(world))
        continue;
    world->state->now = last_time; /* where the caller left it, which may be after the last step */
    world->state->is_over = was_over;
    world->sink = sink;
    fill_story(&listener, story);
}
