/*
 * actions_parts.h: what the files of the actions share.
 *
 *   actions.c          the table; processes, links, messages, members, machines, clients
 *   actions_fault.c    what goes wrong with disks, clocks and links besides
 */
#ifndef SIM_ACTIONS_PARTS_H
#define SIM_ACTIONS_PARTS_H

#include "sim/world/world.h"

typedef void action_function(struct world *world, const struct action *action);

/* It makes no sense now: the trace says why. */
void action_refuse(struct world *world, const struct action *action, enum reason reason);

/* The newest file of the kind that the action names, or the one that it names by number. */
struct file_name action_file(const struct machine *machine, const struct action *action);

/* actions_fault.c */
action_function action_ring, action_clog, action_clock_freeze, action_clock_thaw, action_disk_slow,
    action_disk_stall, action_disk_fail, action_disk_lie, action_disk_honest, action_disk_misdirect,
    action_disk_finish,
    action_disk_spoil, action_disk_swap, action_disk_image, action_disk_restore, action_hurry,
    action_calm;

#endif
