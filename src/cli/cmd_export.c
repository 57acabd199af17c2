/*
 * cmd_export.c: ringside export: a run in the format of another tool.
 *
 * The run is made anew, headless, and its records are fed to the format one by one. A file
 * appears whole or not at all: it is written beside its place and then renamed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "cli/export.h"
#include "sim/view.h"

static const char export_help[] =
    "usage: ringside export FILE --format NAME [options]\n"
    "\n"
    "Run a scenario and write it in the format of another tool:\n"
    "\n"
    "  shiviz     a log for ShiViz (its default pattern), with vector clocks\n"
    "  perfetto   trace events for ui.perfetto.dev and chrome://tracing, messages as flows\n"
    "  mermaid    a sequence diagram as text, without heartbeats\n"
    "  dot        the ring of tokens for Graphviz\n"
    "  csv        operations and messages counted over virtual time\n"
    "\n"
    "  --out FILE          write there instead of to standard output\n"
    "  --seed N            another seed than the scenario's own\n"
    "  --set PATH=VALUE    override a value of the scenario; may be repeated\n"
    "  --from T, --to T    only records between these times\n"
    "  --every T           csv: width of a row (1s)\n"
    "\n"
    "Exit codes: 0 done, 2 usage or bad input, 3 a bug\n"
    "Example: ringside export scenarios/demo.json --format mermaid --from 1s --to 1.1s\n";

static const struct export_format *const formats[] = {&export_shiviz, &export_chrome,
                                                      &export_mermaid, &export_dot, &export_csv};

struct export_options {
    const char *file, *format, *out, *seed, *from, *to, *every;
    const char **sets;
    uint32_t set_count;
};

/* --- names --------------------------------------------------------------------------------- */

uint32_t export_actor_count(const struct exporter *exporter)
{
    return exporter->world->scenario->node.nodes + exporter->world->scenario->client_count + 1;
}

uint32_t export_actor_index(const struct exporter *exporter, uint32_t actor)
{
    uint32_t nodes = exporter->world->scenario->node.nodes;
    if (actor < nodes)
        return actor;
    if (actor >= CLIENT_ADDRESS_BASE &&
        actor - CLIENT_ADDRESS_BASE < exporter->world->scenario->client_count)
        return nodes + actor - CLIENT_ADDRESS_BASE;
    return export_actor_count(exporter) - 1;
}

const char *export_actor_name(const struct exporter *exporter, uint32_t index)
{
    const struct scenario *scenario = exporter->world->scenario;
    if (index < scenario->node.nodes)
        return scenario->nodes[index].name;
    index -= scenario->node.nodes;
    return index < scenario->client_count ? scenario->clients[index].name : "world";
}

void export_sentence(const struct exporter *exporter, const struct trace_record *record,
                     char *sentence, uint32_t size)
{
    struct trace_names names = world_names(exporter->world);
    struct text text;
    text_init(&text, sentence, size);
    trace_sentence(&text, record, &names);
}

/* --- options -------------------------------------------------------------------------------- */

static const struct export_format *find_format(const char *name)
{
    if (!name) {
        usage_error("--format is needed: shiviz, perfetto, mermaid, dot or csv");
        return NULL;
    }
    struct nearest nearest =
        nearest_to((struct bytes){(const uint8_t *)name, (uint32_t)strlen(name)});
    for (uint32_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
        nearest_offer_string(&nearest, formats[i]->name);
    }
    char hint[100];
    struct text text;
    text_init(&text, hint, sizeof hint);
    if (!nearest_suggest(&text, &nearest))
        text_str(&text, "; there are shiviz, perfetto, mermaid, dot and csv");
    usage_error("there is no format \"%s\"%s", name, hint);
    return NULL;
}

static bool read_time(const char *option, const char *word, vtime *time)
{
    char mistake[200];
    struct text text;
    text_init(&text, mistake, sizeof mistake);
    if (!word || units_parse_time(units_word(word), time, &text))
        return true;
    usage_error("%s: %s", option, mistake);
    return false;
}

static bool read_times(const struct export_options *o, struct exporter *exporter)
{
    exporter->to = VTIME_NEVER;
    exporter->every = SECOND;
    if (!read_time("--from", o->from, &exporter->from) ||
        !read_time("--to", o->to, &exporter->to) ||
        !read_time("--every", o->every, &exporter->every))
        return false;
    if (exporter->every == 0)
        return usage_error("--every takes a time above 0"), false;
    return true;
}

/* --- the run -------------------------------------------------------------------------------- */

struct feed {
    struct exporter *exporter;
    const struct export_format *format;
};

static void take_record(void *host, const struct trace_record *record)
{
    struct feed *feed = host;
    feed->format->take(feed->exporter, record);
}

static void write_run(struct run *run, struct exporter *exporter,
                      const struct export_format *format)
{
    struct feed feed = {exporter, format};
    exporter->world = &run->world;
    run->world.scenario = run->scenario; /* for the names, before there is a record */
    format->begin(exporter);
    run->world.sink = (struct trace_sink){take_record, &feed};
    world_begin(&run->world, run->scenario, run->seed, NULL, 0);
    while (world_step(&run->world))
        continue;
    run->world.sink = (struct trace_sink){0};
    format->end(exporter);
}

static int write_file(struct run *run, struct exporter *exporter,
                      const struct export_format *format, const char *path)
{
    char part[4200];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return usage_error("the name of the file is too long");
    exporter->out = fopen(part, "w");
    if (!exporter->out)
        return usage_error("cannot write %s: %s", path, strerror(errno));
    write_run(run, exporter, format);
    bool is_good = !ferror(exporter->out);
    is_good = fclose(exporter->out) == 0 && is_good;
    if (is_good && rename(part, path) == 0)
        return EXIT_HOLDS;
    int code = usage_error("cannot write %s: %s", path, strerror(errno));
    remove(part);
    return code;
}

static int export_scenario(const struct export_options *o, struct scenario *scenario,
                           uint64_t seed)
{
    struct exporter exporter = {0};
    const struct export_format *format = find_format(o->format);
    struct run run;
    if (!format || !read_times(o, &exporter) || !run_open(&run, scenario, seed, NULL))
        return EXIT_USAGE;
    int code = EXIT_HOLDS;
    if (o->out) {
        code = write_file(&run, &exporter, format, o->out);
    } else {
        exporter.out = stdout;
        write_run(&run, &exporter, format);
    }
    run_close(&run);
    return code;
}

static int export_main(int argc, char **argv)
{
    struct export_options o = {0};
    struct json_error error = {0};
    uint64_t seed = 0;
    uint32_t count;
    const struct option options[] = {
        {"--format", true, &o.format, NULL, NULL}, {"--out", true, &o.out, NULL, NULL},
        {"--seed", true, &o.seed, NULL, NULL},     {"--from", true, &o.from, NULL, NULL},
        {"--to", true, &o.to, NULL, NULL},         {"--every", true, &o.every, NULL, NULL},
        {"--set", true, NULL, &o.sets, &o.set_count},
    };
    if (!options_read(&command_export, argc, argv, options, ARRAY_LEN(options), &o.file, 1, &count))
        return EXIT_USAGE;
    if (count == 0)
        return usage_error("export needs a scenario file; ringside export --help");
    if (o.seed && !parse_u64(o.seed, &seed))
        return usage_error("--seed takes a whole number, not \"%s\"", o.seed);
    struct scenario *scenario = scenario_load(o.file, o.sets, o.set_count, &error);
    if (!scenario)
        return usage_error("%s", error.text);
    int code = export_scenario(&o, scenario, o.seed ? seed : scenario->seed);
    free(o.sets);
    scenario_free(scenario);
    return code;
}

const struct command command_export = {"export", "write a run for ShiViz, Perfetto, Mermaid ...",
                                       export_help, export_main};
