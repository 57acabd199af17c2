/*
 * test_disk.c: what the simulated disk keeps, forgets, and takes its time for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mix.h"
#include "base/snapshot.h"
#include "sim/disk/disk.h"

#define LOG(n)        ((struct file_name){FILE_LOG, (n)})
#define CHECKPOINT(n) ((struct file_name){FILE_CHECKPOINT, (n)})
#define PART(n)       ((struct file_name){FILE_CHECKPOINT_PART, (n)})
#define NAMES         ((struct file_name){FILE_NONE, 0})

struct machine {
    struct region region;
    struct disk_config config;
    struct disk *disk;
    vtime now;
};

struct root {
    struct heap heap;
    struct disk disk;
};

static void machine_open(struct machine *machine)
{
    const char *why = NULL;
    *machine = (struct machine){.config = {.sync_latency = distribution_constant(1000),
                                           .read_latency = distribution_constant(100)}};
    assert_true(region_open(&machine->region, UINT64_C(32) << 20, NULL, &why));
    struct root *root = region_create_root(&machine->region, sizeof *root);
    heap_init(&root->heap, machine->region.header);
    disk_init(&root->disk, &root->heap, &machine->config);
    machine->disk = &root->disk;
}

static void machine_close(struct machine *machine)
{
    region_close(&machine->region);
}

/* Append `size` bytes that say where they stand. */
static enum disk_status append(struct machine *machine, struct file_name name, uint32_t size)
{
    static uint8_t bytes[1 << 16];
    uint64_t offset = disk_size(machine->disk, name);
    for (uint32_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(1 + (offset + i) * 7 % 251);
    return disk_append(machine->disk, &machine->config, name, bytes, size);
}

static enum disk_status sync(struct machine *machine, struct file_name name)
{
    vtime done_at;
    uint32_t operation =
        disk_sync_begin(machine->disk, &machine->config, machine->now, name, 0, 0, &done_at);
    machine->now = done_at;
    return (enum disk_status)disk_complete(machine->disk, operation).status;
}

static void append_durably(struct machine *machine, struct file_name name, uint32_t size)
{
    assert_int_equal(append(machine, name, size), DISK_OK);
    assert_int_equal(sync(machine, name), DISK_OK);
    assert_int_equal(sync(machine, NAMES), DISK_OK);
}

static struct disk_loss crash(struct machine *machine, struct disk_crash crash)
{
    return disk_crash(machine->disk, &crash);
}

/* How many of the file's bytes are as appended, from `from` on; all others must be zero. */
static uint32_t count_good(struct machine *machine, struct file_name name, uint32_t from)
{
    static uint8_t bytes[1 << 16];
    uint32_t size = disk_copy(machine->disk, name, 0, bytes, sizeof bytes);
    uint32_t good = 0;
    for (uint32_t i = from; i < size; i++) {
        bool is_good = bytes[i] == (uint8_t)(1 + (uint64_t)i * 7 % 251);
        assert_true(is_good || bytes[i] == 0);
        good += is_good;
    }
    return good;
}

/* --- the page cache ----------------------------------------------------------------------- */

static void what_is_appended_can_be_read_at_once(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    for (uint32_t i = 0; i < 40; i++)
        assert_int_equal(append(&machine, LOG(1), 1 + i * 37), DISK_OK);
    uint32_t size = 40 + 37 * 780;
    assert_int_equal(disk_size(machine.disk, LOG(1)), size);
    assert_int_equal(count_good(&machine, LOG(1), 0), size);
    uint8_t byte;
    assert_int_equal(disk_copy(machine.disk, LOG(1), size - 1, &byte, 9), 1);
    assert_int_equal(disk_copy(machine.disk, LOG(1), size, &byte, 1), 0);
    assert_int_equal(disk_copy(machine.disk, LOG(2), 0, &byte, 1), 0);
    machine_close(&machine);
}

static void names_are_listed_in_order(void **state)
{
    (void)state;
    struct machine machine;
    struct file_entry entries[8];
    machine_open(&machine);
    append(&machine, PART(1), 5);
    append(&machine, LOG(10), 3);
    append(&machine, CHECKPOINT(2), 4);
    append(&machine, LOG(9), 2);
    assert_int_equal(disk_list(machine.disk, entries, 8), 4);
    static const uint32_t sizes[] = {2, 3, 4, 5};
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(entries[i].size, sizes[i]);
    assert_int_equal(disk_list(machine.disk, NULL, 0), 4);
    assert_int_equal(disk_remove(machine.disk, LOG(9)), DISK_OK);
    assert_int_equal(disk_remove(machine.disk, LOG(9)), DISK_NOT_FOUND);
    assert_int_equal(disk_truncate(machine.disk, LOG(9), 0), DISK_NOT_FOUND);
    assert_int_equal(disk_rename(machine.disk, LOG(9), LOG(8)), DISK_NOT_FOUND);
    assert_int_equal(disk_rename(machine.disk, PART(1), CHECKPOINT(2)), DISK_OK); /* replaces */
    assert_int_equal(disk_list(machine.disk, entries, 8), 2);
    assert_int_equal(disk_size(machine.disk, CHECKPOINT(2)), 5);
    assert_int_equal(machine.disk->used_bytes, 8);
    machine_close(&machine);
}

/* --- what a crash leaves ------------------------------------------------------------------- */

static void a_sync_covers_exactly_what_was_appended_before_the_call(void **state)
{
    (void)state;
    struct machine machine;
    vtime done_at;
    machine_open(&machine);
    append(&machine, LOG(1), 700);
    sync(&machine, NAMES);
    uint32_t operation =
        disk_sync_begin(machine.disk, &machine.config, machine.now, LOG(1), 42, 0, &done_at);
    append(&machine, LOG(1), 300);
    assert_int_equal(disk_unsynced_bytes(machine.disk), 1000); /* not before it is done */
    struct disk_done done = disk_complete(machine.disk, operation);
    assert_int_equal(done.token, 42);
    assert_int_equal(disk_unsynced_bytes(machine.disk), 300);
    struct disk_loss loss = crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(loss.unsynced_bytes, 300);
    assert_int_equal(loss.lost_bytes, 300);
    assert_int_equal(disk_size(machine.disk, LOG(1)), 700);
    assert_int_equal(count_good(&machine, LOG(1), 0), 700);
    machine_close(&machine);
}

static void a_sync_under_way_at_a_crash_has_never_been(void **state)
{
    (void)state;
    struct machine machine;
    vtime done_at;
    machine_open(&machine);
    append_durably(&machine, LOG(1), 100);
    append(&machine, LOG(1), 100);
    disk_sync_begin(machine.disk, &machine.config, machine.now, LOG(1), 0, 0, &done_at);
    crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(disk_size(machine.disk, LOG(1)), 100);
    assert_int_equal(sync(&machine, LOG(1)), DISK_OK); /* the queue is free again */
    machine_close(&machine);
}

static void a_file_without_a_durable_name_is_gone_though_it_was_synced(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    append(&machine, LOG(1), 100);
    sync(&machine, LOG(1));
    assert_int_equal(disk_unsynced_bytes(machine.disk), 0);
    struct disk_loss loss = crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(loss.lost_names, 1);
    assert_int_equal(disk_list(machine.disk, NULL, 0), 0);
    machine_close(&machine);
}

static void a_torn_tail_keeps_the_first_sectors_in_the_order_of_writing(void **state)
{
    (void)state;
    struct machine machine;
    for (uint32_t sectors = 0; sectors <= 6; sectors++) {
        machine_open(&machine);
        append_durably(&machine, LOG(1), 100);
        append_durably(&machine, LOG(2), 512);
        append(&machine, LOG(1), 300);  /* sector 0 of 1 */
        append(&machine, LOG(2), 600);  /* sectors 1 and 2 of 2 */
        append(&machine, LOG(1), 1000); /* the rest of sector 0, sectors 1 and 2 of 1 */
        assert_int_equal(disk_unsynced_sectors(machine.disk), 5);
        crash(&machine, (struct disk_crash){.mode = CRASH_TEAR, .sectors = sectors});
        static const uint64_t sizes[][2] = {{100, 512},   {512, 512},   {512, 1024}, {512, 1112},
                                            {1024, 1112}, {1400, 1112}, {1400, 1112}};
        assert_int_equal(disk_size(machine.disk, LOG(1)), sizes[sectors][0]);
        assert_int_equal(disk_size(machine.disk, LOG(2)), sizes[sectors][1]);
        assert_int_equal(count_good(&machine, LOG(1), 0), sizes[sectors][0]);
        assert_int_equal(disk_unsynced_bytes(machine.disk), 0);
        machine_close(&machine);
    }
}

static void the_last_surviving_sector_may_be_cut_at_any_byte(void **state)
{
    (void)state;
    struct machine machine;
    for (uint32_t cut = 1; cut <= 512; cut++) {
        machine_open(&machine);
        append_durably(&machine, LOG(1), 100);
        append(&machine, LOG(1), 800);
        crash(&machine, (struct disk_crash){.mode = CRASH_TEAR, .sectors = 1, .cut_bytes = cut});
        assert_int_equal(disk_size(machine.disk, LOG(1)), MAX(cut, 100));
        machine_close(&machine);
    }
    machine_open(&machine);
    append_durably(&machine, LOG(1), 100);
    append(&machine, LOG(1), 800);
    crash(&machine, (struct disk_crash){.mode = CRASH_TEAR, .sectors = 2, .cut_bytes = 7});
    assert_int_equal(disk_size(machine.disk, LOG(1)), 519);
    machine_close(&machine);
}

static void random_survival_is_by_sector_and_never_touches_durable_bytes(void **state)
{
    (void)state;
    struct machine machine;
    uint32_t tails = 0, holes = 0, nothing = 0;
    uint32_t survivors[6] = {0};
    for (uint64_t seed = 0; seed < 2000; seed++) {
        machine_open(&machine);
        append_durably(&machine, LOG(1), 600);
        append(&machine, LOG(1), 2400); /* the rest of sector 1, and 2 .. 5 */
        struct disk_loss loss =
            crash(&machine, (struct disk_crash){.mode = CRASH_RANDOM, .bits = mix(1, 2, seed)});
        uint32_t size = (uint32_t)disk_size(machine.disk, LOG(1));
        assert_in_range(size, 600, 3000);
        assert_int_equal(count_good(&machine, LOG(1), 0) - count_good(&machine, LOG(1), 600), 600);
        assert_int_equal(count_good(&machine, LOG(1), 600), 2400 - loss.lost_bytes);
        uint8_t bytes[3000] = {0};
        disk_copy(machine.disk, LOG(1), 0, bytes, size);
        for (uint32_t sector = 1; sector < 6; sector++)
            survivors[sector] += bytes[MAX(sector * 512, 600)] != 0;
        tails += size == 3000 && bytes[2999] == 0;
        holes += size > 600 && loss.lost_bytes > 0;
        nothing += size == 600;
        machine_close(&machine);
    }
    for (uint32_t sector = 1; sector < 6; sector++)
        assert_in_range(survivors[sector], 900, 1100);
    assert_in_range(tails, 300, 700); /* half of half */
    assert_in_range(nothing, 10, 80); /* 1 in 32, and half of those get a tail of zeros */
    assert_true(holes > 1000);
}

static void what_happens_to_one_file_does_not_depend_on_another(void **state)
{
    (void)state;
    struct machine machine;
    uint8_t alone[4000], together[4000];
    uint32_t sizes[2];
    for (uint32_t with_other = 0; with_other < 2; with_other++) {
        machine_open(&machine);
        append_durably(&machine, LOG(1), 10);
        append_durably(&machine, LOG(2), 10);
        append(&machine, LOG(1), 1700);
        if (with_other)
            append(&machine, LOG(2), 1300);
        append(&machine, LOG(1), 1700);
        crash(&machine, (struct disk_crash){.mode = CRASH_RANDOM, .bits = 12345});
        sizes[with_other] =
            disk_copy(machine.disk, LOG(1), 0, with_other ? together : alone, sizeof alone);
        machine_close(&machine);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(alone, together, sizes[0]);
}

static void the_death_of_a_process_loses_nothing(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    append(&machine, LOG(1), 1000);
    struct disk_loss loss = crash(&machine, (struct disk_crash){.mode = CRASH_KEEP});
    assert_int_equal(loss.unsynced_bytes, 1000);
    assert_int_equal(loss.lost_bytes, 0);
    assert_int_equal(disk_size(machine.disk, LOG(1)), 1000);
    crash(&machine, (struct disk_crash){.mode = CRASH_LOSE}); /* it was in the page cache only */
    assert_int_equal(disk_list(machine.disk, NULL, 0), 0);
    machine_close(&machine);
}

/* --- names ----------------------------------------------------------------------------------- */

static void a_crash_keeps_a_prefix_of_the_changes_of_names(void **state)
{
    (void)state;
    struct machine machine;
    for (uint32_t kept = 0; kept <= 5; kept++) {
        machine_open(&machine);
        append_durably(&machine, LOG(1), 50);
        append_durably(&machine, PART(3), 60);
        append(&machine, LOG(2), 10); /* 1 */
        sync(&machine, LOG(2));
        disk_rename(machine.disk, PART(3), CHECKPOINT(3)); /* 2 */
        disk_truncate(machine.disk, LOG(1), 20);           /* 3 */
        disk_remove(machine.disk, LOG(1));                 /* 4 */
        disk_rename(machine.disk, LOG(2), LOG(1));         /* 5 */
        assert_int_equal(disk_unsynced_names(machine.disk), 5);
        crash(&machine, (struct disk_crash){.mode = CRASH_TEAR, .names = kept});
        assert_int_equal(disk_has(machine.disk, LOG(2)), kept >= 1 && kept < 5);
        assert_int_equal(disk_has(machine.disk, CHECKPOINT(3)), kept >= 2);
        assert_int_equal(disk_has(machine.disk, PART(3)), kept < 2);
        uint64_t size = kept < 3 ? 50 : kept == 3 ? 20 : kept == 4 ? 0 : 10;
        assert_int_equal(disk_size(machine.disk, LOG(1)), size);
        assert_int_equal(disk_has(machine.disk, LOG(1)), kept != 4);
        assert_int_equal(count_good(&machine, LOG(1), 0), size);
        assert_int_equal(disk_unsynced_names(machine.disk), 0);
        machine_close(&machine);
    }
}

static void syncing_a_file_makes_its_truncation_durable(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    append_durably(&machine, LOG(1), 5000);
    disk_truncate(machine.disk, LOG(1), 1000);
    assert_int_equal(sync(&machine, LOG(1)), DISK_OK);
    crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(disk_size(machine.disk, LOG(1)), 1000);
    machine_close(&machine);
}

static void syncing_the_directory_makes_no_truncation_durable(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    append_durably(&machine, LOG(1), 5000);
    append_durably(&machine, LOG(2), 10);
    disk_truncate(machine.disk, LOG(1), 1000);
    disk_rename(machine.disk, LOG(1), LOG(3));
    disk_remove(machine.disk, LOG(2));
    assert_int_equal(sync(&machine, NAMES), DISK_OK);
    assert_int_equal(disk_unsynced_names(machine.disk), 1); /* the truncation */
    crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(disk_list(machine.disk, NULL, 0), 1);
    assert_int_equal(disk_size(machine.disk, LOG(3)), 5000);
    /* a truncation dies with its file */
    disk_truncate(machine.disk, LOG(3), 1000);
    disk_remove(machine.disk, LOG(3));
    assert_int_equal(sync(&machine, NAMES), DISK_OK);
    assert_int_equal(disk_unsynced_names(machine.disk), 0);
    machine_close(&machine);
}

static void a_truncation_that_a_crash_undoes_brings_the_bytes_back(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    append_durably(&machine, LOG(1), 9000);
    disk_truncate(machine.disk, LOG(1), 1000);
    disk_append(machine.disk, &machine.config, LOG(1), (const uint8_t *)"other", 5);
    assert_int_equal(disk_size(machine.disk, LOG(1)), 1005);
    crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(disk_size(machine.disk, LOG(1)), 9000);
    assert_int_equal(count_good(&machine, LOG(1), 0), 9000);
    /* twice, without a sync in between */
    disk_truncate(machine.disk, LOG(1), 5000);
    disk_truncate(machine.disk, LOG(1), 4000);
    crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(disk_size(machine.disk, LOG(1)), 5000); /* the first one was written out */
    assert_int_equal(count_good(&machine, LOG(1), 0), 5000);
    machine_close(&machine);
}

static void a_sync_begun_before_a_truncation_covers_nothing_that_came_after(void **state)
{
    (void)state;
    struct machine machine;
    vtime done_at;
    machine_open(&machine);
    append_durably(&machine, LOG(1), 100);
    append(&machine, LOG(1), 200);
    uint32_t operation =
        disk_sync_begin(machine.disk, &machine.config, machine.now, LOG(1), 0, 0, &done_at);
    disk_truncate(machine.disk, LOG(1), 150);
    append(&machine, LOG(1), 150);
    disk_complete(machine.disk, operation);
    crash(&machine, (struct disk_crash){.mode = CRASH_LOSE});
    assert_int_equal(disk_size(machine.disk, LOG(1)), 150);
    machine_close(&machine);
}

/* --- time --------------------------------------------------------------------------------------
 */

static void the_device_does_one_thing_at_a_time(void **state)
{
    (void)state;
    struct machine machine;
    vtime first, second, third;
    machine_open(&machine);
    machine.config.bandwidth = 1000000; /* a byte a microsecond */
    append(&machine, LOG(1), 500);
    disk_sync_begin(machine.disk, &machine.config, 0, LOG(1), 0, 0, &first);
    assert_int_equal(first, 1000 + 500000);
    append(&machine, LOG(1), 20);
    disk_sync_begin(machine.disk, &machine.config, 10, LOG(1), 0, 0, &second);
    assert_int_equal(second, first + 1000 + 20000); /* only what the first has not taken on */
    disk_read_begin(machine.disk, &machine.config, 20, LOG(1), 0, 100, 0, 0, &third);
    assert_int_equal(third, second + 100 + 100000);
    machine_close(&machine);
}

static void completions_come_in_the_order_of_the_calls_and_never_two_at_once(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    machine.config.sync_latency = distribution_uniform(0, 5);
    vtime last = 0, now = 0;
    for (uint64_t i = 0; i < 500; i++) {
        vtime done_at;
        append(&machine, LOG((uint32_t)(i % 3)), 10);
        uint32_t operation = disk_sync_begin(machine.disk, &machine.config, now,
                                             LOG((uint32_t)(i % 3)), i, mix(1, 1, i), &done_at);
        assert_true(done_at > last);
        last = done_at;
        assert_int_equal(disk_complete(machine.disk, operation).token, i);
        now += mix(2, 2, i) % 4;
    }
    machine_close(&machine);
}

static void a_slow_or_stalled_device_takes_longer(void **state)
{
    (void)state;
    struct machine machine;
    vtime done_at;
    machine_open(&machine);
    machine.disk->faults.slow_factor = 10;
    disk_sync_begin(machine.disk, &machine.config, 5, NAMES, 0, 0, &done_at);
    assert_int_equal(done_at, 10005);
    machine.disk->faults = (struct disk_faults){.stall_until = 50000, .limit_bytes = DISK_NO_LIMIT};
    disk_sync_begin(machine.disk, &machine.config, 20000, NAMES, 0, 0, &done_at);
    assert_int_equal(done_at, 51000);
    machine_close(&machine);
}

static void a_draw_is_about_the_file_and_the_callers_bits(void **state)
{
    (void)state;
    struct machine machine;
    vtime a, b, c;
    machine_open(&machine);
    machine.config.sync_latency = distribution_uniform(0, UINT64_C(1) << 40);
    disk_sync_begin(machine.disk, &machine.config, 0, LOG(1), 0, 7, &a);
    disk_sync_begin(machine.disk, &machine.config, 0, LOG(2), 0, 7, &b);
    disk_sync_begin(machine.disk, &machine.config, 0, LOG(1), 0, 7, &c);
    assert_int_equal(c - b, a);
    assert_int_not_equal(b - a, a);
    machine_close(&machine);
}

/* --- trouble ------------------------------------------------------------------------------------
 */

static void a_full_disk_refuses_whole_appends_and_creates_nothing(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    machine.config.capacity_bytes = 1000;
    assert_int_equal(append(&machine, LOG(1), 900), DISK_OK);
    assert_int_equal(append(&machine, LOG(1), 101), DISK_NO_SPACE);
    assert_int_equal(disk_size(machine.disk, LOG(1)), 900);
    assert_int_equal(append(&machine, LOG(2), 101), DISK_NO_SPACE);
    assert_false(disk_has(machine.disk, LOG(2)));
    assert_int_equal(append(&machine, LOG(2), 100), DISK_OK);
    disk_remove(machine.disk, LOG(1));
    disk_set_free(machine.disk, 50);
    assert_int_equal(append(&machine, LOG(2), 51), DISK_NO_SPACE);
    assert_int_equal(append(&machine, LOG(2), 50), DISK_OK);
    disk_set_free(machine.disk, DISK_NO_LIMIT);
    assert_int_equal(append(&machine, LOG(2), 850), DISK_OK);
    assert_int_equal(append(&machine, LOG(2), 1), DISK_NO_SPACE);
    machine_close(&machine);
}

static void a_failed_sync_drops_the_bytes_and_the_next_one_succeeds(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    append_durably(&machine, LOG(1), 600);
    append(&machine, LOG(1), 600);
    machine.disk->faults.fail_syncs = 1;
    assert_int_equal(sync(&machine, LOG(1)), DISK_IO_ERROR);
    assert_int_equal(disk_size(machine.disk, LOG(1)), 1200);
    assert_int_equal(count_good(&machine, LOG(1), 0), 600); /* the rest reads as zeros */
    assert_int_equal(sync(&machine, LOG(1)), DISK_OK);
    machine_close(&machine);
}

static void a_failed_append_or_read_says_so(void **state)
{
    (void)state;
    struct machine machine;
    vtime done_at;
    machine_open(&machine);
    append(&machine, LOG(1), 10);
    machine.disk->faults.fail_appends = 1;
    assert_int_equal(append(&machine, LOG(1), 10), DISK_IO_ERROR);
    assert_int_equal(append(&machine, LOG(1), 10), DISK_OK);
    machine.disk->faults.fail_reads = 1;
    static const uint32_t statuses[] = {DISK_IO_ERROR, DISK_OK};
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t operation =
            disk_read_begin(machine.disk, &machine.config, 0, LOG(1), 15, 10, 0, 0, &done_at);
        struct disk_done done = disk_complete(machine.disk, operation);
        assert_int_equal(done.status, statuses[i]);
        assert_int_equal(done.size, i == 0 ? 0 : 5); /* what there is */
    }
    uint32_t operation =
        disk_read_begin(machine.disk, &machine.config, 0, LOG(9), 0, 10, 0, 0, &done_at);
    assert_int_equal(disk_complete(machine.disk, operation).status, DISK_NOT_FOUND);
    machine_close(&machine);
}

static void corruption_hits_the_bytes_it_was_aimed_at(void **state)
{
    (void)state;
    struct machine machine;
    uint8_t byte[3];
    machine_open(&machine);
    append_durably(&machine, LOG(1), 5000);
    disk_copy(machine.disk, LOG(1), 4095, byte, 3);
    assert_true(disk_corrupt(machine.disk, LOG(1), 4096, 1, 0x81));
    uint8_t after[3];
    disk_copy(machine.disk, LOG(1), 4095, after, 3);
    assert_int_equal(after[0], byte[0]);
    assert_int_equal(after[1], byte[1] ^ 0x81);
    assert_int_equal(after[2], byte[2]);
    assert_false(disk_corrupt(machine.disk, LOG(1), 4999, 2, 1));
    assert_false(disk_corrupt(machine.disk, LOG(2), 0, 1, 1));
    machine_close(&machine);
}

/* --- views, digests, pages ---------------------------------------------------------------------
 */

static void a_view_tells_what_is_durable(void **state)
{
    (void)state;
    struct machine machine;
    struct disk_view views[4];
    machine_open(&machine);
    append_durably(&machine, LOG(1), 100);
    append(&machine, LOG(1), 11);
    append(&machine, LOG(2), 22);
    assert_int_equal(disk_view(machine.disk, views, 4), 2);
    assert_int_equal(views[0].size, 111);
    assert_int_equal(views[0].synced, 100);
    assert_true(views[0].is_name_durable);
    assert_int_equal(views[1].synced, 0);
    assert_false(views[1].is_name_durable);
    machine_close(&machine);
}

/* Everything a disk can be asked for, in an order that a seed chooses. */
static void random_step(struct machine *machine, uint64_t seed, uint64_t i)
{
    uint64_t bits = mix(seed, 3, i);
    struct file_name name = {1 + (uint32_t)(bits >> 8) % 3, (uint32_t)(bits >> 16) % 3};
    struct file_name other = {1 + (uint32_t)(bits >> 20) % 3, (uint32_t)(bits >> 24) % 3};
    uint64_t size = disk_size(machine->disk, name);
    switch (bits % 12) {
    case 0: disk_rename(machine->disk, name, other); break;
    case 1: disk_remove(machine->disk, name); break;
    case 2: disk_truncate(machine->disk, name, size ? (bits >> 32) % size : 0); break;
    case 3: sync(machine, NAMES); break;
    case 4:
    case 5: sync(machine, name); break;
    case 6:
        if ((bits >> 40) % 4 == 0)
            crash(machine, (struct disk_crash){.mode = (uint32_t)(bits >> 44) % CRASH_MODE_COUNT,
                                               .sectors = (uint32_t)(bits >> 48) % 5,
                                               .names = (uint32_t)(bits >> 52) % 5,
                                               .bits = bits});
        break;
    default: append(machine, name, (uint32_t)(bits >> 32) % 3000); break;
    }
}

static void check_books(const struct machine *machine)
{
    struct disk_view views[16];
    uint32_t count = disk_view(machine->disk, views, 16);
    uint64_t used = 0;
    assert_true(count <= 9);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(views[i].synced <= views[i].size);
        used += views[i].size;
    }
    assert_int_equal(used, machine->disk->used_bytes);
}

static void the_same_calls_give_the_same_digest_at_any_address(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct machine a, b;
        machine_open(&a);
        machine_open(&b);
        for (uint64_t i = 0; i < 400; i++) {
            random_step(&a, seed, i);
            random_step(&b, seed, i);
            check_books(&a);
        }
        struct digest digest_a = digest_start(), digest_b = digest_start();
        disk_digest(a.disk, &digest_a);
        disk_digest(b.disk, &digest_b);
        assert_true(digest_equal(digest_a, digest_b));
        disk_corrupt(b.disk, LOG(1), 0, 1, 1);
        append(&b, LOG(1), 1);
        digest_b = digest_start();
        disk_digest(b.disk, &digest_b);
        assert_false(digest_equal(digest_a, digest_b));
        machine_close(&a);
        machine_close(&b);
    }
}

static void a_disk_that_forgets_everything_gives_all_its_memory_back(void **state)
{
    (void)state;
    struct machine machine;
    machine_open(&machine);
    for (uint64_t i = 0; i < 300; i++)
        random_step(&machine, 77, i);
    struct file_entry entries[16];
    uint32_t count = disk_list(machine.disk, entries, 16);
    for (uint32_t i = 0; i < count; i++)
        disk_remove(machine.disk, entries[i].name);
    sync(&machine, NAMES);
    assert_true(heap_bytes(machine.disk->heap) < 8192); /* tables only: no block of a file */
    machine_close(&machine);
}

static void a_snapshot_brings_the_disk_back_and_a_second_run_gives_the_same_pages(void **state)
{
    (void)state;
    struct machine machine;
    struct snapshot_store store;
    const char *why;
    machine_open(&machine);
    assert_true(snapshot_store_open(&store, UINT64_C(16) << 20, &why));
    for (uint64_t i = 0; i < 100; i++)
        random_step(&machine, 5, i);
    struct digest before = digest_start(), after = digest_start();
    disk_digest(machine.disk, &before);
    struct snapshot *middle = snapshot_take(&store, &machine.region, NULL);
    vtime middle_now = machine.now;
    for (uint64_t i = 100; i < 200; i++)
        random_step(&machine, 5, i);
    struct snapshot *end = snapshot_take(&store, &machine.region, middle);
    snapshot_restore(&store, &machine.region, middle);
    disk_digest(machine.disk, &after);
    assert_true(digest_equal(before, after));
    machine.now = middle_now;
    for (uint64_t i = 100; i < 200; i++) /* once more: the same pages, byte for byte */
        random_step(&machine, 5, i);
    assert_int_equal(snapshot_first_change(&store, end, &machine.region), SNAPSHOT_NO_DIFFERENCE);
    snapshot_store_close(&store);
    machine_close(&machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_appended_can_be_read_at_once),
        cmocka_unit_test(names_are_listed_in_order),
        cmocka_unit_test(a_sync_covers_exactly_what_was_appended_before_the_call),
        cmocka_unit_test(a_sync_under_way_at_a_crash_has_never_been),
        cmocka_unit_test(a_file_without_a_durable_name_is_gone_though_it_was_synced),
        cmocka_unit_test(a_torn_tail_keeps_the_first_sectors_in_the_order_of_writing),
        cmocka_unit_test(the_last_surviving_sector_may_be_cut_at_any_byte),
        cmocka_unit_test(random_survival_is_by_sector_and_never_touches_durable_bytes),
        cmocka_unit_test(what_happens_to_one_file_does_not_depend_on_another),
        cmocka_unit_test(the_death_of_a_process_loses_nothing),
        cmocka_unit_test(a_crash_keeps_a_prefix_of_the_changes_of_names),
        cmocka_unit_test(syncing_a_file_makes_its_truncation_durable),
        cmocka_unit_test(syncing_the_directory_makes_no_truncation_durable),
        cmocka_unit_test(a_truncation_that_a_crash_undoes_brings_the_bytes_back),
        cmocka_unit_test(a_sync_begun_before_a_truncation_covers_nothing_that_came_after),
        cmocka_unit_test(the_device_does_one_thing_at_a_time),
        cmocka_unit_test(completions_come_in_the_order_of_the_calls_and_never_two_at_once),
        cmocka_unit_test(a_slow_or_stalled_device_takes_longer),
        cmocka_unit_test(a_draw_is_about_the_file_and_the_callers_bits),
        cmocka_unit_test(a_full_disk_refuses_whole_appends_and_creates_nothing),
        cmocka_unit_test(a_failed_sync_drops_the_bytes_and_the_next_one_succeeds),
        cmocka_unit_test(a_failed_append_or_read_says_so),
        cmocka_unit_test(corruption_hits_the_bytes_it_was_aimed_at),
        cmocka_unit_test(a_view_tells_what_is_durable),
        cmocka_unit_test(the_same_calls_give_the_same_digest_at_any_address),
        cmocka_unit_test(a_disk_that_forgets_everything_gives_all_its_memory_back),
        cmocka_unit_test(a_snapshot_brings_the_disk_back_and_a_second_run_gives_the_same_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
