/*
 * trace_lines.c: a record as a line: aligned for people, JSON for programs.
 *
 * A trace file is JSON Lines: a header with everything that the run is a function
 * of, a line a record, and a footer with the digest. `ringside replay` reads it.
 */
#include <string.h>

#include "base/mix.h"
#include "cli/cli.h"
#include "sim/picture/view.h"

void print_record(const struct world *world, const struct trace_record *record, FILE *out)
{
    char line[600];
    struct text text;
    struct trace_names names = world_names(world);
    text_init(&text, line, sizeof line);
    text_time_fixed(&text, record->time, 6);
    text_str(&text, "  #");
    text_u64(&text, record->number);
    text_pad_to(&text, 20);
    text_str(&text, " <-");
    text_u64(&text, record->cause);
    text_pad_to(&text, 30);
    names.actor(world, &text, record->actor);
    text_pad_to(&text, 40);
    text_str(&text, trace_kind_table[record->kind].name);
    text_pad_to(&text, 60);
    trace_sentence(&text, record, &names);
    text_char(&text, '\n');
    fwrite(text.data, 1, text.size, out);
}

static void json_escaped(struct text *text, const char *plain)
{
    static const char digits[] = "0123456789abcdef";
    text_char(text, '"');
    for (const unsigned char *c = (const unsigned char *)plain; *c; c++) {
        if (*c == '"' || *c == '\\') {
            text_char(text, '\\');
            text_char(text, (char)*c);
        } else if (*c < 0x20) {
            text_str(text, "\\u00");
            text_char(text, digits[*c >> 4]);
            text_char(text, digits[*c & 15]);
        } else {
            text_char(text, (char)*c);
        }
    }
    text_char(text, '"');
}

static void json_key(struct text *text, const char *key)
{
    text_str(text, ", \"");
    text_str(text, key);
    text_str(text, "\": ");
}

typedef void name_writer(const void *host, struct text *text, uint64_t value);

static void json_named(struct text *text, const char *key, const struct world *world,
                       name_writer *write, uint64_t value)
{
    char plain[300];
    struct text name;
    text_init(&name, plain, sizeof plain);
    write(world, &name, value);
    json_key(text, key);
    json_escaped(text, plain);
}

static void write_actor_name(const void *host, struct text *text, uint64_t actor)
{
    struct trace_names names = world_names(host);
    names.actor(host, text, (uint32_t)actor);
}

static void json_fields(struct text *text, const struct trace_record *record)
{
    const struct trace_kind_info *info = &trace_kind_table[record->kind];
    for (uint32_t i = 0; i < 3; i++) {
        if (info->field[i].type == FIELD_NONE)
            continue;
        json_key(text, info->field[i].name);
        text_u64(text, record->field[i]);
    }
}

void record_json(const struct world *world, const struct trace_record *record, struct text *text)
{
    char sentence[500];
    struct text plain;
    struct trace_names names = world_names(world);
    text_str(text, "{\"number\": ");
    text_u64(text, record->number);
    json_key(text, "step");
    text_u64(text, world->state->step);
    json_key(text, "time_ns");
    text_u64(text, record->time);
    json_key(text, "cause");
    text_u64(text, record->cause);
    json_named(text, "actor", world, write_actor_name, record->actor);
    json_key(text, "kind");
    json_escaped(text, trace_kind_table[record->kind].name);
    json_key(text, "identity");
    text_char(text, '"');
    text_hex(text, record->about, 16);
    text_char(text, '"');
    if (record->about)
        json_named(text, "about", world, names.about, record->about);
    text_str(text, ", \"fields\": {");
    uint32_t start = text->size;
    json_fields(text, record);
    if (text->size > start + 2) { /* the first comma goes */
        memmove(text->data + start, text->data + start + 2, text->size - start - 1);
        text->size -= 2;
    }
    text_char(text, '}');
    text_init(&plain, sentence, sizeof sentence);
    trace_sentence(&plain, record, &names);
    json_key(text, "text");
    json_escaped(text, sentence);
    text_char(text, '}');
}

void trace_header_json(const struct run *run, FILE *out)
{
    fprintf(out,
            "{\"ringside_trace\": %d, \"draws\": %d, \"version\": \"%s\", \"seed\": %llu, "
            "\"file\": ",
            TRACE_VERSION, MIX_VERSION, RINGSIDE_VERSION, (unsigned long long)run->seed);
    write_json_string(out, run->scenario->file);
    fprintf(out, ", \"scenario\": ");
    write_json_string(out, run->scenario->text);
    fprintf(out, "}\n");
}

void trace_footer_json(const struct run *run, FILE *out)
{
    const struct world_state *state = run->world.state;
    fprintf(out,
            "{\"end\": true, \"steps\": %llu, \"records\": %llu, \"virtual_ns\": %llu, "
            "\"digest\": \"%016llx%016llx\"}\n",
            (unsigned long long)state->step, (unsigned long long)state->records,
            (unsigned long long)state->now, (unsigned long long)state->digest.high,
            (unsigned long long)state->digest.low);
}
