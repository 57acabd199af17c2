/*
 * swarm_spell.h: what the files that spell faults out share; a file for a room of kinds.
 *
 * To add a kind: its line in sim/fault/fault_kinds.def, its function here and in the table.
 * Read next: swarm.h.
 */
#ifndef SCENARIO_SWARM_SPELL_H
#define SCENARIO_SWARM_SPELL_H

#include "scenario/swarm.h"

/* A line that is complete; the text is taken over. */
void swarm_raw_line(struct swarm *swarm, vtime at, char *text);

/* Another node than the fault's own; an amount, each doubling as likely as the next. */
uint32_t swarm_other(const struct swarm *swarm, const struct swarm_fault *fault);
uint64_t swarm_amount(const struct swarm *swarm, const struct swarm_fault *fault, uint64_t min,
                      uint64_t max);

/* Its last line, unless it is never ended. */
#define SWARM_END(swarm, fault, ...)                                                               \
    do {                                                                                           \
        if (!(fault)->is_for_ever)                                                                 \
            swarm_line((swarm), (fault), (fault)->end, __VA_ARGS__);                               \
    } while (0)

typedef void spell_function(struct swarm *swarm, const struct swarm_fault *fault);

/* swarm_spell_disk.c */
spell_function spell_bit_rot, spell_latent_sector, spell_misdirected_write, spell_disk_full,
    spell_slow_disk, spell_stalled_disk, spell_write_error, spell_failed_sync, spell_read_error,
    spell_misdirected_read, spell_lying_sync, spell_stale_image, spell_disk_swap, spell_wipe;

/* swarm_spell_members.c: members and clients */
spell_function spell_join, spell_leave, spell_replace, spell_remove, spell_repair,
    spell_retry_storm;
bool swarm_members_possible(const struct swarm *swarm, const struct swarm_fault *fault);

#endif
