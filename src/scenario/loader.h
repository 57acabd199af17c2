/*
 * loader.h: what the files of the loader share.
 *
 *   load.c            the whole, in the order in which names become known
 *   load_cluster.c    nodes, log, processors, disks, clocks
 *   load_racks.c      which nodes fail together, and words for them
 *   load_preload.c    data from before the run
 *   load_tables.c     how tables resolve their conflicts
 *   load_network.c    distributions and links
 *   load_balance.c    how work is spread, and what is done about too much of it
 *   load_clients.c    workloads and scripts
 *   load_timeline.c   triggers and actions
 *   load_fault_action.c  actions that make disks, clocks, links and clients misbehave
 *   load_message.c    messages and timers that actions name
 *   load_faults.c     the swarm, and which line belongs to which fault
 *   load_checks.c     checks and conditions
 *   load_room.c       would a run of this fit into memory?
 *
 * Nothing tests for errors between reads: the first one makes every later read
 * give its fallback (json_doc.h), and load.c looks once, at the end. Only what
 * would be done with a wrong value (an index, a condition) looks before.
 */
#ifndef SCENARIO_LOADER_H
#define SCENARIO_LOADER_H

#include "scenario/json_doc.h"
#include "sim/world/scenario.h"

struct loader {
    struct json_error *error;
    struct scenario *scenario;

    /* words that the document defines */
    const char **node_words; /* names of nodes, then "all" and "any" for those who allow them */
    uint32_t node_count;
    const char **rack_words; /* "rack:" and the names of racks */
    uint32_t rack_count;
    const char **client_words;
    uint32_t client_count;
    const char **member_words; /* names of nodes, then of clients */
    uint32_t member_count;
    const char **split_words; /* names of partitions and cuts, then "all" */
    uint32_t split_count;
    const char **label_words; /* labels of scripted operations */
    uint32_t *label_numbers;  /* client << 16 | plan */
    uint32_t label_count;

    uint64_t table_entries; /* of all Zipf tables so far */
};

#define LABELS_MAX 10000              /* scripted operations in a scenario */
#define TIME_MAX   (1000000 * SECOND) /* of any span in a scenario: eleven days */
#define DRAW_MAX   (3600 * SECOND)    /* of any time that is drawn, such as a latency */

/* Zeroed memory that lives as long as the scenario. */
void *loader_allocate(struct loader *loader, size_t size);
const char *loader_copy_text(struct loader *loader, const char *text);

/* Of a name: what identities and labels are made of. */
uint64_t name_hash(const char *name);

/* A name that a node, a client or a partition is given: none of the words "all" and
 * "any", which stand for more than one. */
const char *load_new_name(struct json_value value, const char *fallback);

/* An instant of the run: what would come after its end is a mistake. */
vtime load_instant(struct loader *loader, struct json_value value);

extern const struct json_string_rule name_rule;

/* A string that reports show as it is, so it has no control characters. */
const char *load_line(struct json_value value, const struct json_string_rule *rule,
                      const char *fallback);

/* A text for people, and a key of the database: both are such lines. */
const char *load_sentence(struct json_value value, const char *fallback);
const char *load_key(struct json_value value);

/* load_network.c */
struct distribution load_distribution(struct loader *loader, struct json_value value,
                                      struct distribution fallback);
struct distribution load_size_distribution(struct json_value value, struct distribution fallback);
struct link_config load_link(struct loader *loader, struct json_object *object,
                             const struct link_config *fallback);
uint64_t load_bandwidth(struct json_value value, uint64_t fallback);
void load_network(struct loader *loader, struct json_value value);

/* load_detect.c */
void load_detection(struct loader *loader, struct json_object *cluster);

/* load_cluster.c */
void load_cluster(struct loader *loader, struct json_value value);
void load_safeguards(struct loader *loader, struct json_value value);

/* A level: a word, or a whole number for an explicit R or W, at most `replication`. */
void load_placement_rules(struct json_value value, struct node_config *node);
uint8_t load_read_level(struct loader *loader, struct json_value value, uint8_t fallback,
                        uint8_t *explicit_count);
uint8_t load_write_level(struct loader *loader, struct json_value value, uint8_t fallback,
                         uint8_t *explicit_count);

/* load_hints.c */
void load_hints(struct json_value value, struct node_config *node);
void need_hints(const struct loader *loader, struct json_value value, const char *why);
bool load_sloppy(const struct loader *loader, struct json_value value);

/* A node's name (or "all", "any" where allowed). */
uint32_t load_node(struct loader *loader, struct json_value value, uint32_t fallback);
uint32_t load_node_or(struct loader *loader, struct json_value value, const char *word,
                      uint32_t meaning, uint32_t fallback);

/* load_balance.c: what is read of a cluster and of a client that draws. */
void load_cluster_balance(struct json_object *cluster, struct load_config *load);
void load_client_balance(struct json_object *object, struct client_setting *setting);
/* load_racks.c: what machines an action is for: a node, "all", or a rack (RACK_BASE and its index);
 * and the addresses, at most as many as there are nodes, that a member of a group stands for. */
void load_racks(struct loader *loader, struct json_value value);
uint32_t load_machines(struct loader *loader, struct json_value value);
uint32_t load_members(struct loader *loader, struct json_value value, uint32_t *addresses);

/* load_preload.c */
void load_preload(struct loader *loader, struct json_value value);

/* load_tables.c */
void load_tables(struct loader *loader, struct json_value value);
const char *conflicts_name(const struct table_config *table);

/* load_clients.c */
void load_clients(struct loader *loader, struct json_value value);
struct operation_plan load_operation(struct loader *loader, struct json_object *object);
uint32_t load_client_or_all(struct loader *loader, struct json_value value);

/* load_timeline.c */
void load_timeline(struct loader *loader, struct json_value value);
void load_interventions(struct loader *loader, struct json_value value);
void load_action(struct loader *loader, struct json_value value, struct action *action);
void loader_make_split_room(struct loader *loader, uint32_t more);

/* load_fault_action.c: false when the action is not one of those. */
bool load_fault_action(struct loader *loader, struct json_object *entry, struct json_value value,
                       struct action *action);
void load_cut(struct loader *loader, struct json_value value, struct action *action);
void load_split_name(struct loader *loader, struct json_object *entry, struct action *action);
void load_corruption(struct json_object *entry, struct action *action);

/* A node or a client: its address. */
uint32_t load_member(struct loader *loader, struct json_value value);

/* load_message.c: what stands beside the words of actions on messages and timers. */
uint64_t load_hex(struct json_value value);
void load_message(struct loader *loader, struct json_value value, struct action *action);
void load_postponement(struct loader *loader, struct json_object *entry, struct action *action);
void load_damage(struct json_object *entry, struct action *action);
void load_timer(struct loader *loader, struct json_object *entry, struct action *action);

/* load_checks.c */
void load_checks(struct loader *loader, struct json_value value);
void load_condition(struct loader *loader, struct json_value value, struct condition *condition);
bool parse_condition(struct loader *loader, const char *source, struct condition *condition,
                     char *mistake, uint32_t mistake_size);

/* load_faults.c: what is asked of the swarm; a fault that a line of the timeline belongs to, and
 * which of its lines are the first and the last. */
void load_faults(struct loader *loader, struct json_value value);
struct fault_tag load_fault_tag(struct json_value value);
void find_fault_parts(struct timeline_entry *entries, uint32_t count);

/* load_room.c: complains when a run could not fit into the memory of a world. */
void check_room(struct loader *loader, struct json_object *top);

#endif
