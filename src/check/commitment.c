/*
 * commitment.c: one walk along the events, with what each participant has said.
 * The five rules are in commitment.h.
 */
#include "check/commitment.h"

#include "check/say.h"

#define NO_EVENT UINT32_MAX

/* What one participant has said about one transaction: indexes of events. */
struct said {
    uint32_t vote;
    uint32_t decision;
    bool takes_part;
};

struct walk {
    const struct commitment *commitment;
    struct said *said; /* by transaction and participant */
    struct verdict *verdict;
};

static struct said *said_by(const struct walk *walk, uint32_t transaction, uint32_t participant)
{
    return &walk->said[(size_t)transaction * walk->commitment->participant_count + participant];
}

static bool is_vote(uint32_t act)
{
    return act == COMMIT_VOTES_YES || act == COMMIT_VOTES_NO;
}

static const char *act_words(uint32_t act)
{
    static const char *const words[COMMIT_ACT_COUNT] = {
        [COMMIT_BEGINS] = " took part in",
        [COMMIT_VOTES_YES] = " voted yes on",
        [COMMIT_VOTES_NO] = " voted no on",
        [COMMIT_DECIDES_COMMIT] = " decided to commit",
        [COMMIT_DECIDES_ABORT] = " decided to abort",
    };
    return words[act];
}

/* --- telling ----------------------------------------------------------------------------- */

/* "{node:2} decided to commit {transaction}", and the event is in the verdict. */
static void say_event(struct saying *saying, const struct walk *walk, uint32_t index)
{
    const struct commit_event *event = &walk->commitment->events[index];
    struct verdict *verdict = saying->verdict;
    verdict->operations[verdict->operation_count++] = index;
    verdict->key = event->transaction;
    say_node(saying, event->participant);
    say(saying, act_words(event->act));
    say(saying, " {transaction}");
}

/* False, for the walk to end. */
static bool broken(struct walk *walk, uint32_t index, const char *joint, uint32_t other,
                   const char *rule)
{
    struct saying saying;
    say_start(&saying, walk->verdict, VERDICT_VIOLATED, NULL);
    say_event(&saying, walk, index);
    say(&saying, joint);
    if (other != NO_EVENT)
        say_event(&saying, walk, other);
    say(&saying, rule);
    return false;
}

static bool broken_by_silence(struct walk *walk, uint32_t index, uint32_t participant,
                              const char *silence, const char *rule)
{
    struct saying saying;
    say_start(&saying, walk->verdict, VERDICT_VIOLATED, NULL);
    say_event(&saying, walk, index);
    say(&saying, ", although ");
    say_node(&saying, participant);
    say(&saying, silence);
    say(&saying, rule);
    return false;
}

/* --- the rules ---------------------------------------------------------------------------- */

static bool take_vote(struct walk *walk, uint32_t index)
{
    const struct commit_event *events = walk->commitment->events;
    struct said *said = said_by(walk, events[index].transaction, events[index].participant);
    if (said->decision != NO_EVENT && events[index].act == COMMIT_VOTES_YES &&
        events[said->decision].act == COMMIT_DECIDES_ABORT)
        return broken(walk, index, ", although ", said->decision, " (AC3: a vote is a promise)");
    if (said->vote != NO_EVENT && events[said->vote].act != events[index].act)
        return broken(walk, index, ", although ", said->vote, " (AC3: a vote is a promise)");
    said->vote = index;
    return true;
}

/* Everybody who takes part has voted yes by now. */
static bool follows_votes(struct walk *walk, uint32_t index)
{
    const struct commit_event *events = walk->commitment->events;
    for (uint32_t p = 0; p < walk->commitment->participant_count; p++) {
        const struct said *said = said_by(walk, events[index].transaction, p);
        if (!said->takes_part)
            continue;
        if (said->vote == NO_EVENT)
            return broken_by_silence(walk, index, p, " had not voted",
                                     " (AC3: commit needs every vote)");
        if (events[said->vote].act == COMMIT_VOTES_NO)
            return broken(walk, index, ", although ", said->vote,
                          " (AC3: commit needs every vote)");
    }
    return true;
}

static bool agrees(struct walk *walk, uint32_t index)
{
    const struct commit_event *events = walk->commitment->events;
    for (uint32_t p = 0; p < walk->commitment->participant_count; p++) {
        const struct said *said = said_by(walk, events[index].transaction, p);
        if (said->decision != NO_EVENT && events[said->decision].act != events[index].act)
            return broken(walk, index, ", and ", said->decision,
                          p == events[index].participant ? " (AC2: a decision stands)"
                                                         : " (AC1: one decision for all)");
    }
    return true;
}

static bool take_decision(struct walk *walk, uint32_t index)
{
    const struct commit_event *event = &walk->commitment->events[index];
    if (!agrees(walk, index))
        return false;
    if (event->act == COMMIT_DECIDES_COMMIT && !follows_votes(walk, index))
        return false;
    said_by(walk, event->transaction, event->participant)->decision = index;
    return true;
}

/* AC4 and AC5, of one transaction. */
static bool ends_well(struct walk *walk, uint32_t transaction)
{
    const struct commit_event *events = walk->commitment->events;
    uint32_t takes_part = 0, yes = 0, decided = 0, silent = 0, last = NO_EVENT;
    for (uint32_t p = 0; p < walk->commitment->participant_count; p++) {
        const struct said *said = said_by(walk, transaction, p);
        if (!said->takes_part)
            continue;
        takes_part++;
        yes += said->vote != NO_EVENT && events[said->vote].act == COMMIT_VOTES_YES;
        decided += said->decision != NO_EVENT;
        silent = said->decision == NO_EVENT ? p : silent;
        last = said->decision != NO_EVENT ? said->decision : last;
    }
    if (walk->commitment->had_no_failures && yes == takes_part && last != NO_EVENT &&
        events[last].act == COMMIT_DECIDES_ABORT)
        return broken(walk, last, ", although all had voted yes and nothing had failed", NO_EVENT,
                      " (AC4)");
    for (uint32_t i = 0; i < walk->commitment->count && last == NO_EVENT; i++)
        last = events[i].transaction == transaction ? i : last;
    if (walk->commitment->must_have_ended && decided < takes_part)
        return broken_by_silence(walk, last, silent, " never decided",
                                 " (AC5: all come to a decision)");
    return true;
}

/* --- all --------------------------------------------------------------------------------- */

static bool take(struct walk *walk, uint32_t index)
{
    const struct commit_event *event = &walk->commitment->events[index];
    CHECK(event->act < COMMIT_ACT_COUNT);
    return is_vote(event->act)           ? take_vote(walk, index)
           : event->act == COMMIT_BEGINS ? true
                                         : take_decision(walk, index);
}

/* Who takes part is known beforehand: a coordinator must wait for the votes of those who have not
 * said anything yet. */
static void set_out(struct walk *walk, struct heap *scratch)
{
    const struct commitment *commitment = walk->commitment;
    size_t cells = (size_t)commitment->transaction_count * commitment->participant_count;
    walk->said = heap_alloc(scratch, (cells + 1) * sizeof *walk->said);
    for (size_t i = 0; i < cells; i++)
        walk->said[i].vote = walk->said[i].decision = NO_EVENT;
    for (uint32_t i = 0; i < commitment->count; i++) {
        const struct commit_event *event = &commitment->events[i];
        CHECK(event->transaction < commitment->transaction_count);
        CHECK(event->participant < commitment->participant_count);
        said_by(walk, event->transaction, event->participant)->takes_part = true;
    }
}

void check_commitment(const struct commitment *commitment, struct heap *scratch,
                      struct verdict *verdict)
{
    struct walk walk = {.commitment = commitment, .verdict = verdict};
    struct saying saying;
    verdict->work = commitment->count;
    set_out(&walk, scratch);
    for (uint32_t i = 0; i < commitment->count; i++)
        if (!take(&walk, i))
            return;
    for (uint32_t i = 0; i < commitment->transaction_count; i++)
        if (!ends_well(&walk, i))
            return;
    say_start(&saying, verdict, VERDICT_HOLDS, NULL);
    say(&saying, "every transaction came to one decision (");
    say_count(&saying, commitment->transaction_count, "transaction");
    say(&saying, ")");
}
