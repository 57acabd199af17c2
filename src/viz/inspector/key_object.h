/*
 * key_object.h: what a replica holds of a key whose table keeps objects: siblings, counters, sets,
 * maps (docs/cluster/conflicts.md), part by part.
 *
 *     1. n2: 2 siblings, stamped 2.9 s; knows n2.1:4, n3.1:2
 *        ! n3.1:2         eve#7            a part that another running replica has not
 *     2. n3: 1 sibling, stamped 2.8 s; knows n2.1:4
 *     3. n5: the same as n3
 *     every replica that runs has:
 *          n2.1:4         ann1#10
 *
 * So what they differ in stands first, and of the rest nothing twice.
 */
#ifndef VIZ_KEY_OBJECT_H
#define VIZ_KEY_OBJECT_H

#include "viz/inspector/pages.h"

/* False, and nothing is written, when it is no object. */
bool key_object_write(struct writer *writer, const struct key_versions *versions, uint32_t place);

/* After all of them: the parts that every running replica has. */
void key_object_write_common(struct writer *writer, const struct key_versions *versions);

/* "3 siblings", "the number 47", "5 elements": an object in a few words. */
void key_object_words(const struct picture_replica *replica, char *text, size_t size);

#endif
