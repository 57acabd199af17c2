/*
 * news.c: comparing what the nodes hold.
 */
#include "sim/picture/news.h"

#include "db/detect/swim.h"
#include "sim/picture/peers.h"
#include "sim/picture/view.h"

static const struct node *node_of(const struct world *world, uint32_t node)
{
    const struct machine *machine = machine_at(world, node);
    return machine->node && machine->node->membership.is_ready ? machine->node : NULL;
}

static const struct gossip *gossip_of(const struct world *world, uint32_t node)
{
    const struct node *running = node_of(world, node);
    return running && running->gossip.is_running ? &running->gossip : NULL;
}

static const struct swim *swim_of(const struct world *world, uint32_t node)
{
    const struct node *running = node_of(world, node);
    return running ? running->detector.swim : NULL;
}

static void put(struct news *news, uint32_t node, uint32_t fresh_ppm, uint32_t from)
{
    news->nodes[node] = (struct news_node){true, fresh_ppm == NEWS_ALL, fresh_ppm, from};
    news->there++;
    news->known_by += fresh_ppm == NEWS_ALL;
}

static void begin(const struct world *world, struct news *news, uint8_t kind, uint32_t subject)
{
    *news = (struct news){.kind = kind,
                          .subject = subject,
                          .node_count = world->scenario->node.nodes};
    for (uint32_t i = 0; i < news->node_count; i++)
        news->nodes[i].from = NEWS_NOBODY;
}

/* --- a topology ------------------------------------------------------------------------------ */

static bool goes_by_topology(const struct node *node, uint32_t self)
{
    return node && topology_is_member(&node->membership.now, self);
}

/* Half: it has heard by gossip that there is such a version, and does not have it yet. */
static bool take_topology(const struct world *world, struct news *news)
{
    uint64_t newest = 0;
    begin(world, news, NEWS_TOPOLOGY, NEWS_NOBODY);
    for (uint32_t i = 0; i < news->node_count; i++)
        if (goes_by_topology(node_of(world, i), i))
            newest = MAX(newest, node_of(world, i)->membership.now.version);
    for (uint32_t i = 0; i < news->node_count; i++) {
        const struct node *node = node_of(world, i);
        if (!goes_by_topology(node, i))
            continue;
        bool has_it = node->membership.now.version == newest;
        bool has_heard = gossip_of(world, i) && node->gossip.newest_topology >= newest;
        put(news, i, has_it ? NEWS_ALL : has_heard ? NEWS_ALL / 2 : 0, NEWS_NOBODY);
    }
    news->version = newest;
    return news->known_by < news->there;
}

/* --- gossip ---------------------------------------------------------------------------------- */

/* The newest that anybody holds of a node: what it says itself, unless it does not run. */
static struct gossip_head newest_head(const struct world *world, uint32_t subject)
{
    struct gossip_head newest = {0};
    for (uint32_t i = 0; i < world->scenario->node.nodes; i++) {
        const struct gossip *gossip = gossip_of(world, i);
        if (!gossip)
            continue;
        const struct gossip_head *head = &gossip->heads[subject];
        bool is_later = head->generation > newest.generation;
        if (is_later)
            newest = *head;
        else if (head->generation == newest.generation) {
            newest.heartbeat = MAX(newest.heartbeat, head->heartbeat);
            newest.newest = MAX(newest.newest, head->newest);
        }
    }
    return newest;
}

/* What a rumour is about: rows and bytes change with every write, and are none. */
static uint32_t rumour_version(const struct gossip *gossip, uint32_t subject)
{
    const uint32_t *versions = gossip->told[subject].versions;
    return MAX(versions[GOSSIP_STATUS], versions[GOSSIP_TOPOLOGY]);
}

static uint32_t newest_rumour(const struct world *world, uint32_t subject, uint64_t generation)
{
    uint32_t newest = 0;
    for (uint32_t i = 0; i < world->scenario->node.nodes; i++) {
        const struct gossip *gossip = gossip_of(world, i);
        if (gossip && gossip->heads[subject].generation == generation)
            newest = MAX(newest, rumour_version(gossip, subject));
    }
    return newest;
}

static bool take_life(const struct world *world, uint32_t subject, struct news *news)
{
    struct gossip_head newest = newest_head(world, subject);
    uint32_t rumour = newest_rumour(world, subject, newest.generation);
    begin(world, news, NEWS_LIFE, subject);
    news->version = newest.generation;
    for (uint32_t i = 0; i < news->node_count; i++) {
        const struct gossip *gossip = gossip_of(world, i);
        if (!gossip)
            continue;
        bool is_same_life = gossip->heads[subject].generation == newest.generation;
        bool has_it = is_same_life && rumour_version(gossip, subject) == rumour;
        uint32_t from = gossip->told[subject].learned_from;
        put(news, i, has_it ? NEWS_ALL : is_same_life ? NEWS_ALL / 2 : 0,
            has_it && i != subject && newest.generation > 0 ? from : NEWS_NOBODY);
    }
    return news->known_by < news->there;
}

static uint32_t beat_ppm(const struct gossip *gossip, uint32_t subject,
                         const struct gossip_head *newest)
{
    const struct gossip_head *head = &gossip->heads[subject];
    uint32_t lag = newest->heartbeat - MIN(head->heartbeat, newest->heartbeat);
    return head->generation != newest->generation
               ? 0
               : (NEWS_LAG_MAX - MIN(lag, NEWS_LAG_MAX)) * (NEWS_ALL / NEWS_LAG_MAX);
}

static void take_beat(const struct world *world, uint32_t subject, struct news *news)
{
    struct gossip_head newest = newest_head(world, subject);
    begin(world, news, NEWS_BEAT, subject);
    for (uint32_t i = 0; i < news->node_count; i++)
        if (gossip_of(world, i))
            put(news, i, beat_ppm(gossip_of(world, i), subject, &newest), NEWS_NOBODY);
}

/* The mean over all of whom anything can be known. */
static void take_all_beats(const struct world *world, struct news *news)
{
    uint64_t sums[NEWS_NODES_MAX] = {0}, subjects = 0;
    begin(world, news, NEWS_BEAT, NEWS_NOBODY);
    for (uint32_t subject = 0; subject < news->node_count; subject++) {
        struct gossip_head newest = newest_head(world, subject);
        if (newest.generation == 0)
            continue;
        subjects++;
        for (uint32_t i = 0; i < news->node_count; i++)
            if (gossip_of(world, i))
                sums[i] += beat_ppm(gossip_of(world, i), subject, &newest);
    }
    for (uint32_t i = 0; i < news->node_count; i++)
        if (gossip_of(world, i))
            put(news, i, subjects ? (uint32_t)(sums[i] / subjects) : 0, NEWS_NOBODY);
}

/* --- swim ------------------------------------------------------------------------------------ */

/* By precedence: a higher incarnation, then dead over suspected over alive. */
static bool is_later(const struct swim_member *a, const struct swim_member *b)
{
    return a->incarnation != b->incarnation ? a->incarnation > b->incarnation : a->state > b->state;
}

static bool take_saying(const struct world *world, uint32_t subject, struct news *news)
{
    static const uint8_t states[] = {PEER_UP, PEER_SUSPECTED, PEER_DOWN};
    const struct swim_member *latest = NULL;
    begin(world, news, NEWS_SAYING, subject);
    for (uint32_t i = 0; i < news->node_count; i++) {
        const struct swim *swim = swim_of(world, i);
        if (swim && (!latest || is_later(&swim->members[subject], latest)))
            latest = &swim->members[subject];
    }
    for (uint32_t i = 0; latest && i < news->node_count; i++) {
        const struct swim *swim = swim_of(world, i);
        if (!swim || !topology_is_member(&node_of(world, i)->membership.now, i))
            continue;
        const struct swim_member *member = &swim->members[subject];
        bool has_it = !is_later(latest, member);
        /* whoever is accused never says so of itself: it knows when it has refuted */
        bool is_itself = i == subject && latest->state == SWIM_ALIVE;
        if (i != subject || is_itself)
            put(news, i, has_it ? NEWS_ALL : 0, NEWS_NOBODY);
    }
    if (latest) {
        news->version = latest->incarnation & ((UINT64_C(1) << SWIM_LIFE_SHIFT) - 1);
        news->state = states[latest->state];
    }
    return news->known_by < news->there;
}

/* --- heartbeats ------------------------------------------------------------------------------ */

static bool take_word(const struct world *world, uint32_t subject, vtime at, struct news *news)
{
    struct picture_peer opinion;
    begin(world, news, NEWS_WORD, subject);
    for (uint32_t i = 0; i < news->node_count; i++)
        if (i != subject && picture_peer(world, i, subject, at, &opinion) &&
            opinion.state != PEER_STRANGER)
            put(news, i, NEWS_ALL - opinion.part_ppm, NEWS_NOBODY);
    return news->there > 0;
}

/* --- which ----------------------------------------------------------------------------------- */

static bool is_spoken(const struct world *world, bool (*is_so)(const struct world *, uint32_t))
{
    for (uint32_t i = 0; i < world->scenario->node.nodes; i++)
        if (is_so(world, i))
            return true;
    return false;
}

static bool has_gossip(const struct world *world, uint32_t node)
{
    return gossip_of(world, node) != NULL;
}

static bool has_swim(const struct world *world, uint32_t node)
{
    return swim_of(world, node) != NULL;
}

typedef bool take_of(const struct world *world, uint32_t subject, struct news *news);

/* Of whom the fewest know the news; NEWS_NOBODY: there is none that is not known by all. */
static uint32_t freshest(const struct world *world, take_of *take, struct news *news)
{
    uint32_t found = NEWS_NOBODY, most = 0;
    for (uint32_t subject = 0; subject < world->scenario->node.nodes; subject++)
        if (take(world, subject, news) && news->known_by > 0 &&
            news->there - news->known_by > most) {
            most = news->there - news->known_by;
            found = subject;
        }
    return found;
}

static bool take_told(const struct world *world, uint32_t subject, take_of *take, struct news *news)
{
    uint32_t about = subject != NEWS_NOBODY ? subject : freshest(world, take, news);
    return about != NEWS_NOBODY && take(world, about, news);
}

bool news_take(const struct world *world, uint32_t subject, vtime at, struct news *news)
{
    bool is_gossiping = is_spoken(world, has_gossip);
    if (world->scenario->node.nodes > NEWS_NODES_MAX)
        return false;
    if (take_topology(world, news))
        return true;
    if (is_gossiping && take_told(world, subject, take_life, news))
        return true;
    if (is_spoken(world, has_swim)) {
        if (take_told(world, subject, take_saying, news) || subject != NEWS_NOBODY)
            return true;
        if (!is_gossiping)
            return false;
    }
    if (is_gossiping && subject == NEWS_NOBODY)
        take_all_beats(world, news);
    else if (is_gossiping)
        take_beat(world, subject, news);
    else
        return subject != NEWS_NOBODY && take_word(world, subject, at, news);
    return true;
}
