/*
 * json_scan.h: is this text strict JSON, and where does each value stand?
 *
 * The grammar of RFC 8259 and nothing else: no comments, no trailing commas, no
 * leading zeros, no lone surrogates, no raw control characters, nothing after
 * the value. Beyond the RFC it refuses what it lets a reader refuse: byte order
 * marks, \u0000 in strings, and all that passes the limits of json_doc.h.
 * Duplicate keys and numbers too large for a double are not seen here but on the
 * tree (json_doc.c), where keys are decoded.
 *
 * On success there is one mark a value, in document order (an object before its
 * members), the order in which a walk over the tree meets them:
 *
 *     { "loss" : "30%" }      mark 0: key none, offset 0, end 18
 *       ^        ^    ^       mark 1: key 2,    offset 11, end 16
 *       key      offset end
 */
#ifndef SCENARIO_JSON_SCAN_H
#define SCENARIO_JSON_SCAN_H

#include "scenario/json_text.h"

struct json_mark {
    uint32_t key_offset; /* of the key's first quote; JSON_NO_OFFSET: no key */
    uint32_t offset;     /* of the value's first byte */
    uint32_t end;        /* one past its last byte */
};

struct json_marks {
    struct json_mark *list; /* malloc'ed; the caller frees it, whatever came out */
    uint32_t count;
    uint32_t capacity;
};

/* Scan a whole text that will stand `depth` objects and arrays deep. `marks`
 * starts as {0}. False with the first mistake in *complaint. */
bool json_scan(const char *text, size_t size, uint32_t depth, struct json_marks *marks,
               struct json_complaint *complaint);

#endif
