/*
 * cli.h: what the subcommands share. One file a subcommand; main.c dispatches.
 *
 * Exit codes, everywhere: 0 all checks hold, 1 a check failed (or two runs that
 * should be equal differ), 2 usage or bad input, 3 a bug in Ringside.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "scenario/expand.h"
#include "scenario/load.h"
#include "sim/judge/judge.h"
#include "sim/world/world.h"

#define RINGSIDE_VERSION "0.1.0"

enum exit_code { EXIT_HOLDS = 0, EXIT_CHECK_FAILED = 1, EXIT_USAGE = 2, EXIT_BUG = 3 };

struct command {
    const char *name;
    const char *summary;               /* one line for `ringside --help` */
    const char *help;                  /* the whole page for `ringside NAME --help` */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

/* How the program was called: "./ringside". */
extern const char *program_name;

extern const struct command command_run;
extern const struct command command_play;
extern const struct command command_replay;
extern const struct command command_validate;
extern const struct command command_metrics;
extern const struct command command_hot;
extern const struct command command_status;
extern const struct command command_ring;
extern const struct command command_safeguards;
extern const struct command command_actions;
extern const struct command command_faults;
extern const struct command command_expand;
extern const struct command command_explore;
extern const struct command command_wire;
extern const struct command command_export;
extern const struct command command_why;
extern const struct command command_check;
extern const struct command command_sweep;
extern const struct command command_capsule;
extern const struct command command_merge;
extern const struct command command_shrink;
extern const struct command command_completion;

/* All of them, in the order of `ringside --help` (main.c). */
extern const struct command *const commands[];
extern const uint32_t command_count;

/* One sentence to stderr, "ringside: ..."; returns EXIT_USAGE. */
__attribute__((format(printf, 1, 2))) int usage_error(const char *format, ...);

/* --- options: --name value, --name=value, -v ------------------------------------------- */

struct option {
    const char *name; /* "--seed" */
    bool takes_value;
    const char **value;   /* set to the value, or to "" for a flag */
    const char ***values; /* for options that may be repeated: grows by one */
    uint32_t *value_count;
};

/* Read argv[1..]; whatever is no option goes to `operands` (room for `operand_max`).
 * False after a usage error has been printed. `--help` prints the command's help and
 * ends the program. */
bool options_read(const struct command *command, int argc, char **argv,
                  const struct option *options, uint32_t option_count, const char **operands,
                  uint32_t operand_max, uint32_t *operand_count);

/* The options of a command, from the table that it reads with. The names and flags are good; what
 * the values point to is not. */
struct option_list {
    struct option options[32];
    uint32_t count;
};
void options_tell(const struct command *command, struct option_list *list);

bool parse_u64(const char *text, uint64_t *number);

/* --- a run from the command line ---------------------------------------------------------- */

struct run {
    struct scenario *scenario;
    struct world world;
    uint64_t seed;
    struct region scratch_region; /* for judging; dropped at the end */
    struct heap *scratch;
    struct check_result *results;
    uint32_t failed_count;
    double wall_seconds;
    char command[2048]; /* the line that makes this run again */
};

bool run_open(struct run *run, struct scenario *scenario, uint64_t seed, void *region_base);
void run_close(struct run *run);

/* Seconds of the wall clock, from an arbitrary moment on. */
double wall_now(void);

/* --- reports -------------------------------------------------------------------------------- */

/* What a text report remembers of a run while it goes by: its headlines. */
struct headlines {
    struct world *world;
    char (*lines)[256];
    uint32_t count;
    uint32_t room;
};
void headlines_take(struct headlines *headlines, const struct trace_record *record);

/* How the work was spread, when the scenario is about that (report_load.c). */
void report_load(const struct run *run, FILE *out);

/* What replicas differed in, and what made them equal (report_replicas.c). */
void report_replicas(const struct run *run, FILE *out);
void report_replicas_json(const struct run *run, FILE *out);
void report_heading(FILE *out, const char *title); /* report_text.c */
/* Which keys nobody can be answered about in the end, and why (report_stuck.c). */
void report_stuck(const struct run *run, FILE *out);

void report_text(struct run *run, const struct headlines *headlines, FILE *out);
void report_json(struct run *run, FILE *out);

/* Latency percentiles of the operations that match; `latencies` ascending. */
struct operation_summary {
    uint64_t count[OUTCOME_COUNT];
    uint64_t *latencies; /* of those that are ok */
    uint64_t latency_count;
};
struct operation_summary summarize(const struct world *world, int kind, int level);
void summary_free(struct operation_summary *summary);
/* The smallest latency that `permille` of 1000 do not exceed; 0 when there are none. */
uint64_t summary_percentile(const struct operation_summary *summary, uint32_t permille);

/* --- traces ----------------------------------------------------------------------------------- */

/* One aligned line for people. */
void print_record(const struct world *world, const struct trace_record *record, FILE *out);

/* One line of JSON, without its newline, into the text. */
void record_json(const struct world *world, const struct trace_record *record, struct text *text);
void trace_header_json(const struct run *run, FILE *out);
void trace_footer_json(const struct run *run, FILE *out);
void write_json_string(FILE *out, const char *text);

/* The scenario's run once more, with keyframes, seeks and branches in between; false and
 * a sentence when anything differs from the straight run. */
bool check_time_travel(struct run *run, struct digest straight, char *why, uint32_t why_size);

#endif
