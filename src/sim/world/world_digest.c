/*
 * world_digest.c: what a world is at one moment, in 128 bits.
 *
 * The trace's digest says how a run got here; this one says what is here. Every field
 * that can matter later is absorbed as a number, in a stated order, and no address and
 * no padding ever is: so the digests of two regions at different bases can be
 * compared, which their pages cannot.
 *
 *   state --> clock, counters
 *         --> events that are still to happen, each with what it carries
 *         --> machines: process (rows, log, pending operations), processor, disk
 *         --> links, clients, history, conditions that wait
 *
 * The order of pending events is a function of their values, so each event's digest
 * is added up: no need to sort them.
 *
 * Left out: what is derived (the ring, the shape of the skip list), how memory is
 * laid out, and the inner state of a recovery or a checkpoint under way, of which
 * only the stage is absorbed. Comparing pages (base/snapshot.h) leaves out nothing.
 */
#include "sim/client/client_known.h"
#include "sim/world/world.h"

#include "db/detect/swim.h"

#include "db/repair/repair_parts.h"

static void absorb_bytes(struct digest *d, struct bytes bytes)
{
    digest_bytes(d, bytes.data, bytes.size);
}

static void absorb_version(struct digest *d, const struct version *version)
{
    digest_word(d, (uint64_t)version->timestamp);
    digest_word(d, version->is_tombstone | (uint64_t)version->kind << 1);
    absorb_bytes(d, version->value);
}

static void absorb_table(struct digest *d, const struct table *table)
{
    uint32_t cursor = 0;
    uint64_t key, value;
    digest_word(d, table_count(table));
    while (table_next(table, &cursor, &key, &value)) {
        digest_word(d, key);
        digest_word(d, value);
    }
}

/* --- events, with what they carry ------------------------------------------------------ */

static void absorb_event_input(struct digest *d, const struct event *event)
{
    digest_word(d, event->kind);
    digest_word(d, event->from);
    digest_word(d, event->timer_kind);
    digest_word(d, event->status);
    digest_word(d, event->token);
    digest_bytes(d, event->data, event->size);
    digest_word(d, event->waited_ns);
    digest_word(d, (uint64_t)event->backlog << 32 | event->shed_for);
}

static void absorb_work(struct digest *d, const struct work *work)
{
    digest_word(d, work->node);
    digest_word(d, work->kind);
    digest_word(d, work->message_kind);
    digest_word(d, work->is_done);
    digest_word(d, work->arrived_at);
    digest_word(d, work->about);
    digest_word(d, work->cause);
    absorb_event_input(d, &work->event);
}

static void absorb_parcel(struct digest *d, const struct parcel *parcel)
{
    digest_word(d, parcel->from);
    digest_word(d, parcel->to);
    digest_word(d, parcel->incarnation);
    digest_word(d, parcel->about);
    digest_word(d, parcel->identity);
    digest_word(d, parcel->cause);
    digest_word(d, parcel->sent_at);
    digest_word(d, parcel->arrives_at);
    digest_word(d, parcel->kind);
    digest_word(d, parcel->round);
    digest_word(d, parcel->copy);
    digest_word(d, parcel->is_held);
    digest_word(d, parcel->left);
    digest_bytes(d, parcel->data, parcel->size);
}

static void absorb_timer(struct digest *d, const struct sim_timer *timer)
{
    digest_word(d, timer->kind);
    digest_word(d, timer->node);
    digest_word(d, timer->token);
    digest_word(d, timer->about);
    digest_word(d, timer->cause);
    digest_word(d, timer->set_at);
}

static void absorb_ticket(struct digest *d, const struct disk_ticket *ticket)
{
    digest_word(d, ticket->token);
    digest_word(d, ticket->about);
    digest_word(d, ticket->cause);
    digest_word(d, ticket->operation);
}

static void absorb_retry(struct digest *d, const struct waiting_retry *retry)
{
    digest_word(d, (uint64_t)retry->client << 32 | retry->plan);
    digest_word(d, retry->number << 8 | retry->attempt);
    digest_word(d, (uint64_t)retry->role << 32 | retry->avoid);
    digest_word(d, retry->cause);
}

static void absorb_payload(const struct world *world, struct digest *d,
                           const struct queue_event *event)
{
    const struct world_state *state = world->state;
    switch (event->kind) {
    case SIM_ARRIVE: absorb_parcel(d, pool_at(&state->net.parcels, event->payload)); break;
    case SIM_WORK_DONE: absorb_work(d, pool_at(&state->work, event->payload)); break;
    case SIM_TIMER: absorb_timer(d, pool_at(&state->timers, event->payload)); break;
    case SIM_DISK: absorb_ticket(d, pool_at(&state->tickets, event->payload)); break;
    case SIM_CLIENT_RETRY: absorb_retry(d, pool_at(&state->clients.retries, event->payload)); break;
    default: digest_word(d, event->payload);
    }
}

static void absorb_queue(const struct world *world, struct digest *d)
{
    const struct queue *queue = &world->state->queue;
    struct digest sum = {0, 0};
    struct queue_cursor cursor = {0};
    struct queue_event event;
    while (queue_visit(queue, &cursor, &event)) {
        struct digest one = digest_start();
        digest_word(&one, event.time);
        digest_word(&one, event.identity);
        digest_word(&one, event.sequence);
        digest_word(&one, (uint64_t)event.node << 32 | event.incarnation);
        digest_word(&one, event.kind);
        absorb_payload(world, &one, &event);
        sum.low += one.low;
        sum.high += one.high;
    }
    digest_word(d, queue->salt);
    digest_word(d, queue->now);
    digest_word(d, queue->push_count);
    digest_word(d, queue_count(queue));
    digest_word(d, sum.low);
    digest_word(d, sum.high);
}

/* --- machines -------------------------------------------------------------------------- */

static void absorb_answer(struct digest *d, const struct replica_answer *answer)
{
    digest_word(d, answer->has_digest);
    digest_word(d, answer->has_value);
    digest_word(d, answer->is_repairing);
    digest_word(d, (uint64_t)answer->is_asked << 1 | answer->is_extra);
    digest_word(d, answer->asked_ns);
    digest_word(d, answer->digest);
    absorb_version(d, &answer->version);
}

static void absorb_topology(struct digest *d, const struct topology *topology)
{
    digest_word(d, topology->version);
    digest_word(d, topology->phase);
    digest_word(d, topology->change);
    for (uint32_t node = 0; node < topology->node_count && topology->states; node++) {
        digest_word(d, topology->states[node]);
        digest_word(d, topology->names[node]);
    }
    for (uint64_t i = 0; i < topology->table_count; i++) {
        digest_word(d, topology->ends[i]);
        digest_word(d, topology->owners[0][i]);
        digest_word(d, topology->owners[1][i]);
    }
}

static void absorb_intake(struct digest *d, const struct intake *intake)
{
    digest_word(d, intake->version);
    digest_word(d, intake->done_count);
    digest_word(d, intake->free_at_ns);
    for (uint32_t i = 0; i < intake->piece_count; i++) {
        digest_word(d, intake->pieces[i].cursor);
        digest_word(d, intake->pieces[i].asked_ns);
        digest_word(d, intake->pieces[i].done_sources);
        digest_word(d, intake->pieces[i].waits_for);
        digest_word(d, intake->pieces[i].is_resumed);
        digest_word(d, intake->pieces[i].chunks);
    }
}

static void absorb_wish(struct digest *d, const struct wish *wish)
{
    digest_word(d, wish->change);
    digest_word(d, wish->subject);
    digest_word(d, wish->other);
    digest_word(d, wish->from);
    digest_word(d, wish->version);
    digest_word(d, wish->heard_ns);
}

static void absorb_membership(struct digest *d, const struct membership *membership,
                              uint32_t node_count)
{
    absorb_topology(d, &membership->now);
    digest_word(d, membership->durable_version);
    digest_word(d, (uint64_t)membership->alive_ns);
    digest_word(d, membership->boots);
    digest_word(d, membership->boot_record);
    digest_word(d, membership->epoch);
    digest_word(d, membership->is_boot_due);
    digest_word(d, membership->is_read_again);
    digest_word(d, membership->read_crc);
    digest_word(d, membership->acceptor.slot);
    digest_word(d, membership->acceptor.promised);
    digest_word(d, membership->acceptor.accepted);
    absorb_topology(d, &membership->acceptor.value);
    digest_word(d, membership->proposal.stage);
    digest_word(d, membership->proposal.ballot);
    digest_word(d, membership->proposal.answers);
    digest_word(d, membership->records);
    digest_word(d, membership->synced_records);
    digest_word(d, membership->written);
    for (const struct unwritten *one = membership->unwritten_first; one; one = one->next)
        absorb_bytes(d, one->record);
    digest_word(d, membership->wanted_change);
    digest_word(d, membership->wanted_subject);
    absorb_wish(d, &membership->wish);
    digest_word(d, membership->waits_reason);
    digest_word(d, membership->waits_since_ns);
    absorb_intake(d, &membership->stream);
    for (uint32_t node = 0; node < node_count; node++) {
        digest_word(d, membership->peer_versions[node]);
        digest_word(d, membership->peer_streamed[node]);
        digest_word(d, membership->peer_hints[node]);
    }
}

static void absorb_update(struct digest *d, const struct pending_update *update)
{
    digest_word(d, update != NULL);
    if (!update)
        return;
    digest_word(d, (uint64_t)update->amount);
    digest_word(d, (uint64_t)update->timestamp);
    absorb_bytes(d, update->name);
    absorb_bytes(d, update->value);
    absorb_bytes(d, update->context);
    digest_word(d, update->leader);
    digest_word(d, (uint64_t)update->is_refused << 1 | update->is_repeated);
}

static void absorb_pending(struct digest *d, const struct pending *pending)
{
    digest_word(d, pending->request);
    digest_word(d, pending->client);
    digest_word(d, pending->kind);
    digest_word(d, (uint64_t)pending->is_told << 8 | pending->phase);
    digest_word(d, pending->needed);
    digest_word(d, pending->acknowledged);
    digest_word(d, pending->refused);
    digest_word(d, pending->answered);
    digest_word(d, pending->refused_by);
    digest_word(d, pending->sets[0]);
    digest_word(d, pending->sets[1]);
    digest_word(d, pending->begun_ns);
    digest_word(d, pending->speculate_after_ns);
    digest_word(d, (uint64_t)pending->has_speculated << 1 | (pending->speculation != 0));
    digest_word(d, (uint64_t)pending->is_sloppy << 16 | (uint64_t)pending->is_any << 8 |
                       pending->awaits_hints);
    absorb_bytes(d, pending->key);
    absorb_version(d, &pending->version);
    absorb_update(d, pending->update);
    digest_word(d, pending->replica_count);
    for (uint32_t i = 0; i < pending->replica_count; i++) {
        digest_word(d, pending->replicas[i]);
        digest_word(d, pending->stands_for[i]);
        if (pending->answers)
            absorb_answer(d, &pending->answers[i]);
    }
}

static void absorb_speculation(struct digest *d, const struct speculation *speculation)
{
    const struct histogram *latencies = speculation->latencies;
    digest_word(d, speculation->after_ns);
    digest_word(d, speculation->fresh);
    for (uint32_t i = 0; latencies && i < HISTOGRAM_BUCKETS; i++)
        if (latencies->buckets[i])
            digest_word(d, (uint64_t)i << 32 | latencies->buckets[i]);
}

static void absorb_hot(struct digest *d, const struct hot_keys *hot)
{
    digest_word(d, hot->total);
    for (uint32_t i = 0; i < hot->used; i++) {
        digest_word(d, hot->counters[i].token);
        digest_word(d, hot->counters[i].count);
        digest_word(d, hot->counters[i].error);
    }
}

static void absorb_load(struct digest *d, const struct node *node, uint32_t node_count)
{
    const struct load_peers *load = &node->load;
    digest_word(d, load->reset_ns);
    digest_word(d, load->turn);
    for (uint32_t i = 0; load->peers && i < node_count; i++) {
        digest_word(d, load->peers[i].latency_ns);
        digest_word(d, load->peers[i].queue_milli);
        digest_word(d, load->peers[i].asked);
        digest_word(d, load->peers[i].outstanding);
    }
    absorb_speculation(d, &node->speculation);
    digest_word(d, node->backlog);
    digest_word(d, node->admission.calm_ns);
    digest_word(d, node->admission.limit_milli);
    digest_word(d, node->admission.shed);
    digest_word(d, node->admission.shed_ns);
    if (node->hot) {
        absorb_hot(d, &node->hot->reads);
        absorb_hot(d, &node->hot->writes);
    }
}

static void absorb_coordinator(struct digest *d, const struct node *node)
{
    uint32_t cursor = 0;
    uint64_t request, pending;
    digest_word(d, (uint64_t)node->last_timestamp);
    digest_word(d, (uint64_t)node->last_hybrid);
    digest_word(d, node->actor.epoch);
    digest_word(d, node->actor.record);
    digest_word(d, table_count(&node->pending));
    while (table_next(&node->pending, &cursor, &request, &pending))
        absorb_pending(d, (const struct pending *)(uintptr_t)pending);
    digest_word(d, node->seen_count);
    for (uint32_t i = 0; i < MIN(node->seen_count, REQUESTS_REMEMBERED); i++)
        digest_word(d, node->seen_order[i]);
}

static void absorb_unsynced(struct digest *d, const struct unsynced_write *write)
{
    for (; write; write = write->next) {
        digest_word(d, write->sequence);
        digest_word(d, write->request);
        digest_word(d, write->coordinator);
        digest_word(d, (uint64_t)write->is_repair << 17 | (uint64_t)write->kind << 9 |
                           (uint64_t)write->is_update << 8 | write->round);
        digest_word(d, write->range.from);
        digest_word(d, write->range.to);
        absorb_bytes(d, write->key);
        absorb_version(d, &write->version);
    }
    digest_word(d, 0); /* the end: sequences begin at 1 */
}

static void absorb_rows(struct digest *d, const struct store *store)
{
    digest_word(d, store_count(store));
    for (const struct store_row *row = store_first(store); row; row = store_next(row)) {
        absorb_bytes(d, row->key);
        absorb_version(d, &row->version);
    }
}

static void absorb_log(struct digest *d, const struct storage *storage)
{
    digest_word(d, storage->appended_sequence);
    digest_word(d, storage->synced_sequence);
    digest_word(d, storage->applied_sequence);
    digest_word(d, storage->appended_about);
    digest_word(d, storage->segment_count);
    for (uint32_t i = 0; i < storage->segment_count; i++) {
        digest_word(d, storage->segments[i].number);
        digest_word(d, storage->segments[i].first_sequence);
        digest_word(d, storage->segments[i].size);
    }
    digest_word(d, storage->next_segment);
    digest_word(d, storage->is_segment_due);
    digest_word(d, storage->round_waiting);
    digest_word(d, storage->round_sequence);
    digest_word(d, storage->is_round_due);
    digest_word(d, storage->are_names_unsynced);
    digest_word(d, storage->unsynced_from);
    digest_word(d, storage->sync_timer != 0);
}

static void absorb_storage(struct digest *d, const struct storage *storage)
{
    digest_word(d, storage->state);
    digest_word(d, storage->reason);
    absorb_rows(d, &storage->store);
    absorb_log(d, storage);
    digest_word(d, storage->checkpoint_stage);
    digest_word(d, storage->checkpoint_number);
    digest_word(d, storage->next_checkpoint);
    digest_word(d, storage->checkpoint_covers);
    digest_word(d, storage->log_bytes_since);
}

static void absorb_window(struct digest *d, const struct phi_window *window)
{
    digest_word(d, window->last_ns);
    digest_word(d, window->limit_ns);
    digest_word(d, window->is_heard);
    digest_word(d, window->count);
    digest_word(d, window->next);
    for (uint32_t i = 0; i < window->count; i++)
        digest_word(d, window->intervals_us[i]);
}

static void absorb_swim(struct digest *d, const struct swim *swim, uint32_t nodes)
{
    digest_word(d, swim->is_running);
    digest_word(d, swim->passes);
    digest_word(d, swim->position);
    digest_word(d, swim->due_ns);
    digest_word(d, swim->spread_due_ns);
    digest_word(d, swim->sync_due_ns);
    digest_word(d, swim->round);
    digest_word(d, (uint64_t)swim->target << 32 | swim->is_answered);
    digest_word(d, (uint64_t)swim->nacks_due << 32 | swim->nacks);
    digest_word(d, (uint64_t)swim->health << 32 | swim->relay_count);
    for (uint32_t i = 0; i < nodes; i++) {
        const struct swim_member *member = &swim->members[i];
        digest_word(d, member->incarnation);
        digest_word(d, member->state);
        digest_word(d, member->state == SWIM_SUSPECT ? member->deadline_ns : 0);
        digest_word(d, (uint64_t)member->sent << 32 | member->is_queued);
        for (uint32_t j = 0; j <= member->confirmations; j++)
            digest_word(d, member->accusers[j]);
    }
    for (uint32_t i = 0; i < SWIM_RELAYS_MAX; i++) {
        digest_word(d, swim->relays[i].round);
        digest_word(d, swim->relays[i].origin);
        digest_word(d, (uint64_t)swim->relays[i].target << 32 | swim->relays[i].is_open);
    }
}

static void absorb_detector(const struct world *world, struct digest *d,
                            const struct detector *detector)
{
    digest_word(d, detector->beat_ns);
    for (uint32_t i = 0; detector->peers && i < world->scenario->node.nodes; i++) {
        digest_word(d, detector->peers[i].heard_ns);
        digest_word(d, detector->peers[i].is_suspected);
        if (detector->windows)
            absorb_window(d, &detector->windows[i]);
    }
    if (detector->swim)
        absorb_swim(d, detector->swim, world->scenario->node.nodes);
}

static void absorb_gossip(const struct world *world, struct digest *d, const struct gossip *gossip)
{
    digest_word(d, gossip->is_running);
    digest_word(d, gossip->due_ns);
    digest_word(d, gossip->rounds);
    digest_word(d, gossip->version);
    digest_word(d, gossip->asked_round);
    digest_word(d, gossip->newest_topology);
    digest_word(d, gossip->newest_holder);
    digest_word(d, gossip->rumour_count);
    for (uint32_t i = 0; i < MIN(gossip->rumour_count, GOSSIP_RUMOURS_MAX); i++)
        digest_word(d, (uint64_t)gossip->rumours[i].node << 32 | gossip->rumours[i].round);
    for (uint32_t i = 0; gossip->is_running && i < world->scenario->node.nodes; i++) {
        const struct gossip_head *head = &gossip->heads[i];
        const struct gossip_told *told = &gossip->told[i];
        digest_word(d, head->generation);
        digest_word(d, (uint64_t)head->heartbeat << 32 | head->newest);
        digest_word(d, gossip->quarantined_ns[i]);
        for (uint32_t state = 0; state < GOSSIP_STATE_COUNT; state++) {
            digest_word(d, told->versions[state]);
            digest_word(d, told->values[state]);
        }
    }
}

static void absorb_round(struct digest *d, const struct repair_round *round, uint32_t node_count)
{
    digest_word(d, round->is_active);
    if (!round->is_active)
        return;
    digest_word(d, (uint64_t)round->scope << 8 | round->pass);
    digest_word(d, round->number);
    digest_word(d, round->topology);
    digest_word(d, (uint64_t)round->since);
    digest_word(d, (uint64_t)round->first << 32 | round->end);
    digest_word(d, (uint64_t)round->range_count << 32 | round->repaired);
    for (uint32_t i = 0; i < round->range_count; i++)
        digest_word(d, round->ranges[i]);
    for (uint32_t node = 0; node < node_count; node++)
        digest_word(d, (uint64_t)round->peers[node] << 8 | round->is_behind[node]);
}

static void absorb_pair(struct digest *d, const struct repair_pair *pair)
{
    digest_word(d, pair != NULL);
    if (!pair)
        return;
    digest_word(d, pair->repair);
    digest_word(d, (uint64_t)pair->level << 32 | pair->asked_to);
    for (uint32_t i = 0; i < pair->node_count; i++)
        digest_word(d, pair->nodes[i]);
    for (uint32_t i = pair->part_next; i < pair->part_count; i++) {
        digest_word(d, pair->parts[i].from);
        digest_word(d, pair->parts[i].to);
    }
    digest_word(d, pair->slots_taken);
    digest_word(d, (uint64_t)pair->is_waiting << 1 | pair->is_descended);
    digest_bytes(d, pair->out, pair->out_size);
    digest_word(d, pair->pushes);
    absorb_table(d, &pair->open_pushes);
    digest_word(d, pair->applied_when);
    digest_word(d, pair->heard_ns);
}

static void absorb_repair(const struct world *world, struct digest *d, const struct repair *repair)
{
    absorb_round(d, &repair->round, world->scenario->node.nodes);
    absorb_pair(d, repair->pair);
    digest_word(d, repair->rounds);
    digest_word(d, repair->due_ns);
    digest_word(d, repair->free_ns);
    digest_word(d, repair->timer != 0);
    digest_word(d, repair->answer_free_ns);
    for (const struct repair_answer *one = repair->answer_first; one; one = one->next) {
        digest_word(d, one->about);
        digest_word(d, one->due_ns);
        digest_word(d, one->to);
        absorb_bytes(d, one->frame);
    }
    for (const struct repair_debt *debt = repair->debt_first; debt; debt = debt->next) {
        digest_word(d, debt->sequence);
        digest_word(d, debt->repair);
        digest_word(d, debt->number);
        digest_word(d, debt->to);
    }
    digest_word(d, repair->repaired_topology);
    for (uint32_t i = 0; i < repair->repaired_count; i++)
        digest_word(d, (uint64_t)repair->repaired[i].since);
}

static void absorb_hint(struct digest *d, const struct hint *hint)
{
    digest_word(d, hint->id);
    digest_word(d, hint->request);
    digest_word(d, (uint64_t)hint->created_ns);
    digest_word(d, hint->ready_ns);
    digest_word(d, hint->record);
    digest_word(d, hint->done_record);
    absorb_bytes(d, hint->row);
    digest_word(d, hint->file);
    digest_word(d, hint->told_to);
    digest_word(d, hint->is_stand_in);
    digest_word(d, hint->is_durable);
    digest_word(d, hint->is_sent);
}

static void absorb_hint_queue(struct digest *d, const struct hint_queue *queue)
{
    digest_word(d, queue->count);
    digest_word(d, queue->down_since_ns);
    digest_word(d, queue->sent_ns);
    digest_word(d, queue->sent_bytes);
    digest_word(d, queue->sent_first);
    digest_word(d, queue->sent_last);
    digest_word(d, queue->sent_to);
    digest_word(d, queue->state);
    digest_word(d, queue->attempt);
    for (const struct hint *hint = queue->first; hint; hint = hint->next)
        absorb_hint(d, hint);
}

static void absorb_hints(struct digest *d, const struct hints *hints, uint32_t node_count)
{
    digest_word(d, hints->is_ready);
    if (!hints->queues)
        return;
    for (uint32_t target = 0; target < node_count; target++)
        absorb_hint_queue(d, &hints->queues[target]);
    for (uint32_t i = 0; i < hints->segment_count; i++) {
        digest_word(d, hints->segments[i].number);
        digest_word(d, hints->segments[i].live);
        digest_word(d, hints->segments[i].size);
    }
    for (const struct hint_intake *intake = hints->intake; intake; intake = intake->next) {
        digest_word(d, intake->first);
        digest_word(d, intake->last);
        digest_word(d, intake->sequence);
        digest_word(d, intake->record);
        digest_word(d, (uint64_t)intake->from << 32 | intake->target);
    }
    digest_word(d, hints->next_id);
    digest_word(d, hints->appended);
    digest_word(d, hints->synced);
    digest_word(d, hints->syncing_to);
    digest_word(d, hints->syncs_waiting);
    digest_word(d, hints->moved);
    digest_word(d, hints->tick);
    digest_word(d, hints->batches);
    digest_word(d, hints->turn);
    digest_word(d, (uint64_t)hints->are_names_due << 32 | (uint64_t)hints->is_removing << 24 |
                       (uint64_t)hints->has_failed << 16 | (uint64_t)hints->is_segment_due << 8 |
                       hints->is_sync_due);
}

static void absorb_process(const struct world *world, struct digest *d, const struct node *node)
{
    digest_word(d, node != NULL);
    if (!node)
        return;
    absorb_storage(d, &node->storage);
    absorb_coordinator(d, node);
    absorb_load(d, node, world->scenario->node.nodes);
    absorb_unsynced(d, node->unsynced_first);
    absorb_detector(world, d, &node->detector);
    absorb_gossip(world, d, &node->gossip);
    absorb_membership(d, &node->membership, world->scenario->node.nodes);
    absorb_repair(world, d, &node->repair);
    absorb_hints(d, &node->hints, world->scenario->node.nodes);
}

static void absorb_clock(struct digest *d, const struct clock *clock)
{
    digest_word(d, clock->since);
    digest_word(d, clock->monotonic_base);
    digest_word(d, (uint64_t)clock->drift_ppb);
    digest_word(d, (uint64_t)clock->offset_ns);
    digest_word(d, clock->granularity_ns);
    digest_word(d, (uint64_t)clock->frozen_ns);
}

static void absorb_cpu(const struct world *world, struct digest *d, const struct cpu *cpu)
{
    digest_word(d, cpu->busy);
    digest_word(d, cpu->waiting);
    for (uint32_t index = cpu->first; index != POOL_NONE;) {
        const struct work *work = pool_at(&world->state->work, index);
        absorb_work(d, work);
        index = work->next;
    }
}

static void absorb_machine(const struct world *world, struct digest *d,
                           const struct machine *machine)
{
    digest_word(d, machine->state);
    digest_word(d, machine->incarnation);
    digest_word(d, machine->slow_factor);
    absorb_clock(d, &machine->clock);
    absorb_cpu(world, d, &machine->cpu);
    absorb_process(world, d, machine->node);
    disk_digest(&machine->disk, d);
    digest_word(d, (uint64_t)machine->has_image << 32 | machine->betrayals);
    if (machine->has_image)
        disk_digest(&machine->image, d);
}

/* --- network ------------------------------------------------------------------------------ */

static void absorb_marks(struct digest *d, const struct network *net)
{
    for (uint64_t i = 0; i < chain_count(&net->marks); i++) {
        const struct message_mark *mark = chain_at(&net->marks, i);
        if (!mark->is_pending)
            continue;
        digest_word(d, mark->identity);
        digest_word(d, (uint64_t)mark->kind << 32 | mark->copy);
        digest_word(d, mark->mode);
        digest_word(d, (uint64_t)mark->amount);
    }
}

/* Added up: in which order they were stopped does not matter any more. */
static void absorb_held(struct digest *d, const struct network *net)
{
    struct digest sum = {0, 0};
    for (uint32_t i = net->first_held; i != POOL_NONE;) {
        const struct parcel *parcel = pool_at(&net->parcels, i);
        struct digest one = digest_start();
        absorb_parcel(&one, parcel);
        sum.low += one.low;
        sum.high += one.high;
        i = parcel->next_held;
    }
    digest_word(d, sum.low);
    digest_word(d, sum.high);
}

/* Added up: a partition cuts the same links in whatever order its members are written. */
static void absorb_cuts(struct digest *d, const struct network *net)
{
    struct digest sum = {0, 0};
    for (uint64_t i = 0; i < chain_count(&net->cuts); i++) {
        const struct cut_record *cut = chain_at(&net->cuts, i);
        struct digest one = digest_start();
        digest_word(&one, cut->label);
        digest_word(&one, (uint64_t)cut->from << 32 | cut->to);
        digest_word(&one, (uint64_t)cut->is_clog << 32 | cut->is_active);
        sum.low += one.low;
        sum.high += one.high;
    }
    digest_word(d, chain_count(&net->cuts));
    digest_word(d, sum.low);
    digest_word(d, sum.high);
}

static void absorb_network(struct digest *d, const struct network *net)
{
    uint64_t clients = net->endpoint_count - net->node_count;
    uint64_t links = net->node_count * (net->endpoint_count + clients);
    for (uint64_t i = 0; i < links; i++) {
        digest_word(d, net->links[i].busy_until);
        digest_word(d, (uint64_t)net->links[i].clogs << 48 | (uint64_t)net->links[i].cuts << 32 |
                           net->links[i].config);
    }
    absorb_table(d, &net->commanded_drops);
    absorb_table(d, &net->copies_made);
    absorb_marks(d, net);
    absorb_held(d, net);
    absorb_cuts(d, net);
    digest_word(d, (uint64_t)net->active_clogs << 32 | net->active_cuts);
    for (uint64_t i = 0; i < chain_count(&net->changes); i++)
        digest_word(d, *(const uint64_t *)chain_at(&net->changes, i));
}

/* --- clients ------------------------------------------------------------------------------- */

static void absorb_operation(struct digest *d, const struct operation *operation)
{
    digest_word(d, operation->request);
    digest_word(d, (uint64_t)operation->client << 32 | operation->key);
    digest_word(d, (uint64_t)operation->kind << 24 | operation->level << 16 |
                       operation->attempt << 8 | operation->needed);
    digest_word(d, operation->coordinator);
    digest_word(d, (uint64_t)operation->outcome << 8 | operation->acknowledged);
    digest_word(d, operation->invoked);
    digest_word(d, operation->completed);
    digest_word(d, operation->told);
    digest_word(d, operation->value);
    digest_word(d, (uint64_t)operation->timestamp);
    digest_word(d, operation->record_invoked);
    digest_word(d, operation->record_told);
    digest_word(d, operation->seen);
    digest_word(d, (uint64_t)operation->returned << 32 | operation->returned_count);
}

static void absorb_flights(struct digest *d, const struct clientele *clientele)
{
    uint32_t cursor = 0;
    uint64_t request, index;
    while (table_next(&clientele->in_flight, &cursor, &request, &index)) {
        const struct in_flight *flight = pool_at(&clientele->flights, (uint32_t)index);
        digest_word(d, request);
        digest_word(d, index);
        digest_word(d, (uint64_t)flight->client << 32 | flight->history_index);
        digest_word(d, (uint64_t)flight->role << 32 | flight->plan);
    }
}

static void absorb_plans(struct digest *d, const struct clientele *clientele)
{
    for (uint64_t i = 0; i < chain_count(&clientele->extra_plans); i++) {
        const struct extra_plan *extra = chain_at(&clientele->extra_plans, i);
        digest_word(d, extra->source);
        digest_word(d, extra->number);
    }
    for (uint64_t i = 0; i < chain_count(&clientele->held); i++) {
        const struct held_plan *held = chain_at(&clientele->held, i);
        digest_word(d, (uint64_t)held->client << 32 | held->plan);
    }
}

static void absorb_known(struct digest *d, const struct clientele *clientele)
{
    absorb_table(d, &clientele->known);
    for (uint64_t i = 0; i < chain_count(&clientele->known_keys); i++) {
        const struct known_key *known = chain_at(&clientele->known_keys, i);
        digest_word(d, (uint64_t)known->operation << 32 | known->shape);
        absorb_bytes(d, known->value);
        absorb_bytes(d, known->context);
    }
    for (uint64_t i = 0; i < chain_count(&clientele->returned); i++)
        digest_word(d, *(const uint64_t *)chain_at(&clientele->returned, i));
    absorb_table(d, &clientele->spoken);
}

static void absorb_clients(const struct world *world, struct digest *d)
{
    const struct clientele *clientele = &world->state->clients;
    for (uint32_t i = 0; i < world->scenario->client_count; i++) {
        const struct client *client = &clientele->clients[i];
        digest_word(d, client->next_operation);
        digest_word(d, client->in_flight);
        digest_word(d, (uint64_t)client->is_stopped << 1 | client->is_waiting);
        digest_word(d, (uint64_t)client->newest_timestamp);
        digest_word(d, client->budget);
        digest_word(d, client->hurry_ns);
        digest_word(d, client->hurry_retries);
        digest_word(d, client->budget_since);
        for (uint32_t node = 0; client->views && node < world->scenario->node.nodes; node++) {
            digest_word(d, client->views[node].latency_ns);
            digest_word(d, client->views[node].measured_at);
            digest_word(d, client->views[node].outstanding);
        }
    }
    digest_word(d, chain_count(&clientele->history));
    for (uint64_t i = 0; i < chain_count(&clientele->history); i++)
        absorb_operation(d, chain_at(&clientele->history, i));
    for (uint64_t i = 0; i < chain_count(&clientele->key_names); i++)
        absorb_bytes(d, *(const struct bytes *)chain_at(&clientele->key_names, i));
    absorb_flights(d, clientele);
    absorb_plans(d, clientele);
    absorb_table(d, &clientele->values);
    absorb_known(d, clientele);
    absorb_table(d, &world->state->stale.sources);
    digest_word(d, world->state->stale.moment);
    digest_word(d, world->state->stale.stale_count);
}

/* --- the rest -------------------------------------------------------------------------------- */

static void absorb_watches(struct digest *d, const struct watch_state *watches, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        digest_word(d, (uint64_t)watches[i].is_armed << 1 | watches[i].was_true);
        digest_word(d, watches[i].record);
        digest_word(d, watches[i].step);
        digest_word(d, watches[i].time);
        digest_word(d, watches[i].detail);
    }
}

static void absorb_counters(const struct world *world, struct digest *d)
{
    const struct world_state *state = world->state;
    digest_word(d, state->now);
    digest_word(d, state->step);
    digest_word(d, state->records);
    digest_word(d, state->cause);
    digest_word(d, state->digest.low);
    digest_word(d, state->digest.high);
    digest_word(d, state->last_identity);
    digest_word(d, state->last_occurrence);
    digest_word(d, state->last_fault_ended);
    digest_word(d, state->clock_spread_ns);
    digest_word(d, state->intervention_count);
    digest_word(d, state->draw_count);
    digest_word(d, state->is_over);
    for (uint32_t i = 0; i < state->actor_count * TRACE_KIND_COUNT; i++)
        digest_word(d, state->counts[i]);
}

static void absorb_change(struct digest *d, const struct change_seen *change)
{
    digest_word(d, change->begun_version);
    digest_word(d, change->begun_at);
    digest_word(d, change->phase_at);
    digest_word(d, (uint64_t)change->subject << 32 | change->other);
    digest_word(d, (uint64_t)change->change << 8 | change->end);
}

struct digest world_state_digest(const struct world *world)
{
    const struct world_state *state = world->state;
    struct digest d = digest_start();
    absorb_counters(world, &d);
    meter_absorb(&state->meter, &d);
    absorb_queue(world, &d);
    for (uint32_t node = 0; node < world->scenario->node.nodes; node++)
        absorb_machine(world, &d, machine_at(world, node));
    absorb_network(&d, &state->net);
    absorb_clients(world, &d);
    absorb_topology(&d, &state->topology);
    absorb_change(&d, &state->change);
    absorb_watches(&d, state->timeline, world->scenario->timeline_count);
    absorb_watches(&d, state->checks, world->scenario->check_count);
    return d;
}
