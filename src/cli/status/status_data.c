/*
 * status_data.c: the status of a cluster for programs: JSON, and CSV as RFC 4180 says.
 *
 * Exact numbers: nanoseconds, bytes, parts per million. What is not known or means nothing is
 * null, in CSV an empty field.
 */
#include "cli/cli.h"
#include "cli/status/status_columns.h"

static const char *name_of(const struct status *status, uint32_t node)
{
    return node < status->node_count ? status->nodes[node].name : NULL;
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void write_name(const struct status *status, uint32_t node, FILE *out)
{
    if (name_of(status, node))
        write_json_string(out, name_of(status, node));
    else
        fputs("null", out);
}

static void write_value(const struct status *status, const struct status_column *column,
                        uint32_t node, FILE *out)
{
    struct status_value value = column->value(status, node);
    if (column->kind == STATUS_NODES) {
        fputc('[', out);
        for (uint64_t i = 0; i < value.number; i++) {
            fputs(i ? ", " : "", out);
            write_name(status, value.list[i], out);
        }
        fputc(']', out);
    } else if (!value.is_there) {
        fputs("null", out);
    } else if (column->kind == STATUS_TEXT) {
        write_json_string(out, value.text);
    } else {
        fprintf(out, "%llu", (unsigned long long)value.number);
    }
}

static void write_change(const struct status *status, FILE *out)
{
    static const char *const ends[] = {[MEMBERS_UNDER_WAY] = "under way",
                                       [MEMBERS_DONE] = "done",
                                       [MEMBERS_ROLLED_BACK] = "rolled back"};
    const struct members_change *last = &status->members.last;
    if (last->end == MEMBERS_NO_CHANGE) {
        fputs("null", out);
        return;
    }
    fprintf(out, "{\"change\": \"%s\", \"end\": \"%s\", \"subject\": ", last->word,
            ends[last->end]);
    write_name(status, last->subject, out);
    fputs(", \"other\": ", out);
    write_name(status, last->other, out);
    fprintf(out, ", \"begun_ns\": %llu, \"phase_ns\": %llu}", (unsigned long long)last->begun_at,
            (unsigned long long)last->phase_at);
}

static void write_members(const struct status *status, FILE *out)
{
    const struct members *members = &status->members;
    fprintf(out, "  \"topology\": {\n    \"version\": %llu, \"phase\": \"%s\", \"driver\": ",
            (unsigned long long)members->version, members->phase_word);
    write_name(status, members->driver, out);
    fputs(", \"missing\": [", out);
    for (uint32_t i = 0, said = 0; i < members->node_count; i++)
        if (members->nodes[i].is_missing) {
            fputs(said++ ? ", " : "", out);
            write_name(status, i, out);
        }
    fputs("],\n    \"last_change\": ", out);
    write_change(status, out);
    fputs("\n  },\n", out);
}

void status_print_json(const struct status *status, const struct status_head *head, FILE *out)
{
    fputs("{\n  \"scenario\": ", out);
    write_json_string(out, head->scenario);
    fprintf(out, ",\n  \"seed\": %llu,\n  \"step\": %llu,\n  \"virtual_ns\": %llu,\n  \"from\": ",
            (unsigned long long)head->seed, (unsigned long long)head->step,
            (unsigned long long)head->now);
    write_name(status, status->members.from, out);
    fputs(",\n", out);
    write_members(status, out);
    if (status->is_compared)
        fprintf(out, "  \"keys_differing\": %llu,\n", (unsigned long long)status->differing);
    else
        fputs("  \"keys_differing\": null,\n", out);
    fputs("  \"nodes\": [", out);
    for (uint32_t node = 0, rows = 0; node < status->node_count; node++) {
        if (!status_is_wanted(status, node))
            continue;
        fputs(rows++ ? ",\n    {\"node\": " : "\n    {\"node\": ", out);
        write_name(status, node, out);
        for (uint32_t i = 0; i < status_column_count; i++) {
            fprintf(out, ", \"%s\": ", status_columns[i].name);
            write_value(status, &status_columns[i], node, out);
        }
        fputc('}', out);
    }
    fputs("\n  ]\n}\n", out);
}

/* --- CSV ------------------------------------------------------------------------------------- */

static void write_field(const struct status *status, const struct status_column *column,
                        uint32_t node, FILE *out)
{
    struct status_value value = column->value(status, node);
    if (!value.is_there)
        return;
    if (column->kind == STATUS_TEXT)
        fputs(value.text, out);
    else if (column->kind == STATUS_NODES)
        for (uint64_t i = 0; i < value.number; i++)
            fprintf(out, "%s%s", i ? " " : "", name_of(status, value.list[i]));
    else
        fprintf(out, "%llu", (unsigned long long)value.number);
}

void status_print_csv(const struct status *status, const struct status_head *head, FILE *out)
{
    (void)head;
    fputs("node", out);
    for (uint32_t i = 0; i < status_column_count; i++)
        fprintf(out, ",%s", status_columns[i].name);
    fputs("\r\n", out);
    for (uint32_t node = 0; node < status->node_count; node++) {
        if (!status_is_wanted(status, node))
            continue;
        fputs(name_of(status, node), out);
        for (uint32_t i = 0; i < status_column_count; i++) {
            fputc(',', out);
            write_field(status, &status_columns[i], node, out);
        }
        fputs("\r\n", out);
    }
}
