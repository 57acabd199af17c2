/*
 * meter_label.c: what a metric is divided into, and the words for it.
 *
 * A label of two parts is numbered row by row: the second part counts fastest. The words are
 * those of traces and scenarios, with no sign that a tool would have to escape.
 */
#include "db/level.h"
#include "db/message.h"
#include "db/safeguard.h"
#include "sim/metrics/meter.h"
#include "sim/trace/trace_words.h"
#include "sim/world/world.h"

static const char *const label_names[LABEL_COUNT][2] = {
#define LABEL(identifier, first, second) {first, second},
    METRIC_LABELS(LABEL)
#undef LABEL
};

static const char *const reason_words[] = {
#define REASON(identifier, text) #identifier,
    REASONS(REASON)
#undef REASON
};

static const char *const outcome_words[OUTCOME_COUNT] = {TRACE_OUTCOME_WORDS};

const char *metric_label_name(uint32_t metric, uint32_t part)
{
    return label_names[metric_table[metric].label][part];
}

uint32_t meter_label_count(const struct world *world, uint32_t metric)
{
    uint32_t ends = world->state->meter.link_ends;
    switch (metric_table[metric].label) {
    case LABEL_KIND: return OPERATION_KIND_COUNT;
    case LABEL_KIND_LEVEL: return OPERATION_KIND_COUNT * LEVEL_COUNT;
    case LABEL_KIND_OUTCOME: return OPERATION_KIND_COUNT * OUTCOME_COUNT;
    case LABEL_MESSAGE: return MESSAGE_KIND_COUNT;
    case LABEL_REASON: return REASON_COUNT;
    case LABEL_FAULT: return FAULT_KIND_COUNT;
    case LABEL_RULE: return SAFEGUARD_COUNT;
    case LABEL_LINK: return ends * ends;
    default: return 1;
    }
}

/* "NODE_DOWN" is said as "node_down". */
static void put_lower(struct text *text, const char *word)
{
    for (; *word; word++)
        text_char(text, *word >= 'A' && *word <= 'Z' ? (char)(*word - 'A' + 'a') : *word);
}

static const char *end_name(const struct world *world, uint32_t end)
{
    uint32_t nodes = world->scenario->node.nodes;
    return end < nodes ? world->scenario->nodes[end].name
                       : world->scenario->clients[end - nodes].name;
}

void meter_label_text(const struct world *world, uint32_t metric, uint32_t label, uint32_t part,
                      struct text *text)
{
    uint32_t ends = MAX(world->state->meter.link_ends, 1u);
    switch (metric_table[metric].label) {
    case LABEL_KIND: text_str(text, operation_kind_name(label)); break;
    case LABEL_KIND_LEVEL:
        text_str(text, part == 0 ? operation_kind_name(label / LEVEL_COUNT)
                                 : level_name((enum level)(label % LEVEL_COUNT)));
        break;
    case LABEL_KIND_OUTCOME:
        text_str(text, part == 0 ? operation_kind_name(label / OUTCOME_COUNT)
                                 : outcome_words[label % OUTCOME_COUNT]);
        break;
    case LABEL_MESSAGE: text_str(text, message_table[label].name); break;
    case LABEL_REASON: put_lower(text, reason_words[label]); break;
    case LABEL_FAULT: text_str(text, fault_table[label].name); break;
    case LABEL_RULE: text_str(text, safeguard_table[label].name); break;
    case LABEL_LINK:
        text_str(text, end_name(world, part == 0 ? label / ends : label % ends));
        break;
    default: break;
    }
}
