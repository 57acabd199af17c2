/*
 * stage_sentences.c: records in words.
 *
 * A sentence names keys. The world knows only those that have been asked for by the present, and
 * a record that lies after it may speak of others: so the stage remembers every key that it has
 * seen, whichever branch it was in.
 */
#include <string.h>

#include "db/about.h"
#include "db/message.h"
#include "sim/stage/stage_parts.h"
#include "sim/picture/view.h"

#define KEYS_MAX (1u << 16) /* remembered; of more, those of the present are known */

/* --- remembering ------------------------------------------------------------------------ */

void stage_note_key(struct stage *stage, const struct tape_record *record)
{
    char name[PICTURE_NAME_MAX];
    struct text text;
    uint64_t token = record->field[1];
    if (record->class != TAPE_INVOKE || table_has(&stage->key_names, token) ||
        table_count(&stage->key_names) == KEYS_MAX)
        return;
    struct trace_names names = world_names(stage->world);
    text_init(&text, name, sizeof name);
    names.key(names.host, &text, token);
    char *copy = heap_alloc(&stage->heap, strlen(name) + 1);
    memcpy(copy, name, strlen(name) + 1);
    table_set(&stage->key_names, token, (uint64_t)(uintptr_t)copy);
}

/* --- names ---------------------------------------------------------------------------------- */

static const struct world *world_of(const void *host)
{
    return ((const struct stage *)host)->world;
}

static void put_actor(const void *host, struct text *text, uint32_t actor)
{
    struct trace_names names = world_names(world_of(host));
    names.actor(names.host, text, actor);
}

static void put_about(const void *host, struct text *text, uint64_t about)
{
    struct trace_names names = world_names(world_of(host));
    names.about(names.host, text, about);
}

static void put_value(const void *host, struct text *text, uint64_t value)
{
    struct trace_names names = world_names(world_of(host));
    names.value(names.host, text, value);
}

static void put_key(const void *host, struct text *text, uint64_t token)
{
    const struct stage *stage = host;
    struct trace_names names = world_names(stage->world);
    uint64_t known = table_get(&stage->key_names, token, 0);
    if (known)
        text_str(text, (const char *)(uintptr_t)known);
    else
        names.key(names.host, text, token);
}

static struct trace_names names_of(const struct stage *stage)
{
    return (struct trace_names){stage, put_actor, put_about, put_key, put_value};
}

/* --- words ---------------------------------------------------------------------------------- */

bool stage_is_heartbeat(const struct tape_record *record)
{
    return about_class(record->about) == ABOUT_HEARTBEAT;
}

bool stage_is_membership(const struct tape_record *record)
{
    switch (record->kind) {
    case TRACE_COMMAND:
    case TRACE_NOTE + NOTE_TOPOLOGY_LEARNED:
    case TRACE_NOTE + NOTE_CHANGE_WANTED:
    case TRACE_NOTE + NOTE_CHANGE_REFUSED:
    case TRACE_NOTE + NOTE_CHANGE_PROPOSED:
    case TRACE_NOTE + NOTE_CHANGE_TAKEN_OVER:
    case TRACE_NOTE + NOTE_CHANGE_WAITS:
    case TRACE_NOTE + NOTE_CHANGE_GIVEN_UP:
    case TRACE_NOTE + NOTE_CHANGE_DECIDED:
    case TRACE_NOTE + NOTE_STREAM_BEGUN:
    case TRACE_NOTE + NOTE_STREAM_CHUNK:
    case TRACE_NOTE + NOTE_STREAM_DONE:
    case TRACE_NOTE + NOTE_STALE_REFUSED:
    case TRACE_NOTE + NOTE_ROWS_DROPPED: return true;
    default: return false;
    }
}

const char *stage_kind_name(const struct tape_record *record)
{
    return trace_kind_table[record->kind].name;
}

void stage_sentence(const struct stage *stage, const struct tape_record *record, char *text,
                    uint32_t size)
{
    struct trace_record plain = {.number = record->number,
                                 .time = record->time,
                                 .about = record->about,
                                 .cause = record->cause,
                                 .field = {record->field[0], record->field[1], record->field[2]},
                                 .kind = record->kind,
                                 .actor = record->actor};
    struct trace_names names = names_of(stage);
    struct text line;
    text_init(&line, text, size);
    trace_sentence(&line, &plain, &names);
}

const char *stage_message_name(const struct tape_record *record)
{
    return message_table[record->field[0]].name;
}

bool stage_message_kind(uint32_t index, char *letter, const char **name)
{
    if (index >= MESSAGE_KIND_COUNT)
        return false;
    *letter = message_table[index].letter[0];
    *name = message_table[index].name;
    return true;
}

/* Names are written with a line between their words. */
static void put_words(struct text *text, const char *name)
{
    for (; *name; name++)
        text_char(text, *name == '_' ? ' ' : *name);
}

void stage_sign_word(const struct stage_sign *sign, char *text, uint32_t size)
{
    static const char *const phases[] = {"members agreed", "write both, read old",
                                         "write both, read new", "rolled back"};
    const struct trace_kind_info *info = &trace_kind_table[sign->kind];
    uint32_t type = info->field[0].type;
    struct text word;
    text_init(&word, text, size);
    if (sign->phase <= MEMBERS_UNDONE || type == FIELD_CHANGE) {
        text_str(&word, sign->phase <= MEMBERS_UNDONE ? phases[sign->phase]
                                                      : topology_change_name((uint32_t)sign->what));
        text_str(&word, sign->kind == TRACE_NOTE + NOTE_CHANGE_REFUSED ? " refused" : "");
        return;
    }
    bool is_said = type == FIELD_FAULT || type == FIELD_CLOCK;
    put_words(&word, is_said ? action_name((uint32_t)sign->what) : info->name);
}

void stage_describe_operation(const struct stage *stage, const struct tape_record *asked,
                              struct tape_operation *operation)
{
    struct trace_names names = names_of(stage);
    struct text text;
    text_init(&text, operation->label, sizeof operation->label);
    names.about(names.host, &text, asked->about);
    text_init(&text, operation->word, sizeof operation->word);
    trace_field_text(&text, FIELD_OPERATION, asked->field[0], &names);
    text_init(&text, operation->key, sizeof operation->key);
    names.key(names.host, &text, asked->field[1]);
}
