/*
 * swarm_spell_disk.c: the faults of disks as lines of a timeline.
 *
 * What each of them does is said in sim/disk/disk.h. A disk that only errs when it is read errs at
 * a restart, so these faults bring one along. Read next: swarm.h.
 */
#include "scenario/swarm_spell.h"

static const char *self(const struct swarm *swarm, const struct swarm_fault *fault)
{
    return swarm_node(swarm, fault->node);
}

static uint64_t more(const struct swarm *swarm, const struct swarm_fault *fault)
{
    return swarm_bits(swarm, fault, WHAT_MORE);
}

static const char *file_of(const struct swarm *swarm, const struct swarm_fault *fault)
{
    static const char *const files[] = {"log", "log", "log", "checkpoint", "topology", "hints"};
    return files[mix_below(more(swarm, fault), ARRAY_LEN(files))];
}

void spell_bit_rot(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin,
               "\"disk_corrupt\": \"%s\", \"file\": \"%s\", \"offset\": \"%uB\"",
               self(swarm, fault), file_of(swarm, fault),
               (uint32_t)swarm_amount(swarm, fault, 16, 4000));
}

void spell_latent_sector(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin,
               "\"disk_spoil\": \"%s\", \"file\": \"%s\", \"offset\": \"%uB\"",
               self(swarm, fault), file_of(swarm, fault),
               (uint32_t)swarm_amount(swarm, fault, 16, 4000));
}

void spell_misdirected_write(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"disk_misdirect\": \"%s\", \"calls\": \"sync\"",
               self(swarm, fault));
}

void spell_disk_full(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"disk_full\": \"%s\", \"free\": \"%uB\"",
               self(swarm, fault), (uint32_t)swarm_amount(swarm, fault, 1, 4000));
    SWARM_END(swarm, fault, "\"disk_free\": \"%s\"", self(swarm, fault));
}

void spell_slow_disk(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"disk_slow\": \"%s\", \"factor\": %u",
               self(swarm, fault), (uint32_t)swarm_amount(swarm, fault, 2, 20));
    SWARM_END(swarm, fault, "\"disk_slow\": \"%s\", \"factor\": 1", self(swarm, fault));
}

void spell_stalled_disk(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"disk_stall\": \"%s\", \"for\": \"%lluus\"",
               self(swarm, fault),
               (unsigned long long)((fault->end - fault->begin) / MICROSECOND));
}

/* --- errors that are told
 * ------------------------------------------------------------------------ */

/* The node stops by itself; what started it again would find it running, so it is crashed first. By
 * then the trouble is over, or it would be met again by whoever comes next. */
static void spell_restart(struct swarm *swarm, const struct swarm_fault *fault, vtime down,
                          const char *action, const char *calls)
{
    swarm_line(swarm, fault, down, "\"%s\": \"%s\", \"calls\": \"%s\", \"times\": 0", action,
               self(swarm, fault), calls);
    swarm_line(swarm, fault, down, "\"crash\": \"%s\", \"unsynced\": \"%s\"", self(swarm, fault),
               mix_below(mix_bits(more(swarm, fault)), 2) ? "kept" : "lost");
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", self(swarm, fault));
}

static void spell_fail(struct swarm *swarm, const struct swarm_fault *fault, const char *calls)
{
    swarm_line(swarm, fault, fault->begin,
               "\"disk_fail\": \"%s\", \"calls\": \"%s\", \"times\": %u", self(swarm, fault),
               calls, (uint32_t)swarm_amount(swarm, fault, 1, 3));
}

static vtime before_end(const struct swarm_fault *fault)
{
    vtime time = fault->end - (fault->end - fault->begin) / 4;
    return time - time % MICROSECOND;
}

void spell_write_error(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_fail(swarm, fault, "append");
    spell_restart(swarm, fault, before_end(fault), "disk_fail", "append");
}

void spell_failed_sync(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_fail(swarm, fault, "sync");
    spell_restart(swarm, fault, before_end(fault), "disk_fail", "sync");
}

/* It is crashed, its restart meets the trouble and refuses; then it is started once more. */
static void spell_bad_start(struct swarm *swarm, const struct swarm_fault *fault,
                            const char *action)
{
    vtime second = before_end(fault), first = fault->begin + (second - fault->begin) / 2;
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"%s\", \"unsynced\": \"lost\"",
               self(swarm, fault));
    swarm_line(swarm, fault, first - first % MICROSECOND, "\"restart\": \"%s\"",
               self(swarm, fault));
    spell_restart(swarm, fault, second, action, "read");
}

void spell_read_error(struct swarm *swarm, const struct swarm_fault *fault)
{
    spell_fail(swarm, fault, "read");
    spell_bad_start(swarm, fault, "disk_fail");
}

void spell_misdirected_read(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin,
               "\"disk_misdirect\": \"%s\", \"calls\": \"read\", \"times\": 1",
               self(swarm, fault));
    spell_bad_start(swarm, fault, "disk_misdirect");
}

/* --- promises that are broken
 * -------------------------------------------------------------------- */

void spell_lying_sync(struct swarm *swarm, const struct swarm_fault *fault)
{
    vtime down = before_end(fault);
    swarm_line(swarm, fault, fault->begin, "\"disk_lie\": \"%s\"", self(swarm, fault));
    swarm_line(swarm, fault, down, "\"crash\": \"%s\", \"unsynced\": \"lost\"",
               self(swarm, fault));
    swarm_line(swarm, fault, down + MICROSECOND, "\"disk_honest\": \"%s\"", self(swarm, fault));
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", self(swarm, fault));
}

void spell_stale_image(struct swarm *swarm, const struct swarm_fault *fault)
{
    vtime down = before_end(fault);
    swarm_line(swarm, fault, fault->begin, "\"disk_image\": \"%s\"", self(swarm, fault));
    swarm_line(swarm, fault, down, "\"crash\": \"%s\", \"unsynced\": \"lost\"",
               self(swarm, fault));
    swarm_line(swarm, fault, down + MICROSECOND, "\"disk_restore\": \"%s\"", self(swarm, fault));
    SWARM_END(swarm, fault, "\"restart\": \"%s\"", self(swarm, fault));
}

/* Both refuse; then they get their own disks back. */
void spell_disk_swap(struct swarm *swarm, const struct swarm_fault *fault)
{
    const char *one = self(swarm, fault), *other = swarm_node(swarm, swarm_other(swarm, fault));
    vtime back = before_end(fault), first = fault->begin + (back - fault->begin) / 4;
    vtime downs[2] = {fault->begin, back}, ups[2] = {first - first % MICROSECOND, fault->end};
    for (uint32_t i = 0; i < 2 && !(i == 1 && fault->is_for_ever); i++) {
        swarm_line(swarm, fault, downs[i], "\"crash\": \"%s\", \"unsynced\": \"lost\"", one);
        swarm_line(swarm, fault, downs[i], "\"crash\": \"%s\", \"unsynced\": \"lost\"", other);
        swarm_line(swarm, fault, downs[i] + MICROSECOND,
                   "\"disk_swap\": \"%s\", \"with\": \"%s\"", one, other);
        swarm_line(swarm, fault, ups[i], "\"restart\": \"%s\"", one);
        swarm_line(swarm, fault, ups[i], "\"restart\": \"%s\"", other);
    }
}

/* A wiped member refuses for ever, so it stays out; it is one of those that are broken in the
 * end. */
void spell_wipe(struct swarm *swarm, const struct swarm_fault *fault)
{
    swarm_line(swarm, fault, fault->begin, "\"crash\": \"%s\", \"unsynced\": \"lost\"",
               self(swarm, fault));
    swarm_line(swarm, fault, before_end(fault), "\"disk_wipe\": \"%s\"", self(swarm, fault));
    swarm_line(swarm, fault, fault->end, "\"restart\": \"%s\"", self(swarm, fault));
}
