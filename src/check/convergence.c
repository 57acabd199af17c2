/*
 * convergence.c: compare each replica with the first one of its key.
 * The rule is in convergence.h.
 */
#include "check/convergence.h"

#include "check/say.h"

static bool is_equal(const struct replica_version *a, const struct replica_version *b)
{
    if (a->value == VALUE_ABSENT && b->value == VALUE_ABSENT)
        return true;
    return a->value == b->value && a->timestamp == b->timestamp;
}

static void say_version(struct saying *saying, const struct replica_version *version)
{
    say_node(saying, version->node);
    say(saying, " holds ");
    say_value(saying, version->value);
    if (version->timestamp == 0)
        return;
    say(saying, version->value == VALUE_ABSENT ? " (deleted at timestamp " : " (timestamp ");
    text_i64(&saying->text, version->timestamp);
    say(saying, ")");
}

struct comparing {
    const struct replica_version *first; /* of the key at hand */
    const struct replica_version *left;  /* the first pair that differs, or NULL */
    const struct replica_version *right;
    const struct replica_version *last_differing; /* first of the last key that differed */
    uint32_t key_count;
    uint32_t differing_count; /* of keys */
};

static void compare(struct comparing *comparing, const struct replica_version *version)
{
    if (comparing->first == NULL || comparing->first->key != version->key) {
        comparing->first = version;
        comparing->key_count++;
    }
    if (is_equal(comparing->first, version) || comparing->last_differing == comparing->first)
        return;
    comparing->last_differing = comparing->first;
    if (comparing->differing_count++ > 0)
        return;
    comparing->left = comparing->first;
    comparing->right = version;
}

static void say_difference(struct saying *saying, const struct comparing *comparing)
{
    say(saying, "replicas");
    say_of_key(saying, comparing->left->key);
    say(saying, " differ: ");
    say_version(saying, comparing->left);
    say(saying, ", ");
    say_version(saying, comparing->right);
    say(saying, " (");
    text_u64(&saying->text, comparing->differing_count);
    say(saying, " of ");
    say_count(saying, comparing->key_count, "key");
    say(saying, comparing->differing_count == 1 ? " differs)" : " differ)");
}

void check_convergence(const struct replica_version *versions, uint32_t count,
                       struct verdict *verdict)
{
    struct comparing comparing = {0};
    struct saying saying;
    for (uint32_t i = 0; i < count; i++)
        compare(&comparing, &versions[i]);
    verdict->work = count;
    if (comparing.differing_count > 0) {
        say_start(&saying, verdict, VERDICT_VIOLATED, NULL);
        say_difference(&saying, &comparing);
        return;
    }
    say_start(&saying, verdict, VERDICT_HOLDS, NULL);
    say(&saying, "all replicas are equal (");
    say_count(&saying, comparing.key_count, "key");
    say(&saying, ", ");
    say_count(&saying, count, "replica");
    say(&saying, ")");
}
