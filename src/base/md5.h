/*
 * md5.h: MD5 (RFC 1321), as a spreader of keys.
 *
 * Cassandra's RandomPartitioner placed keys by it (the digest as a number of 128 bits, made
 * positive), before MurmurHash did the same ten times as fast. It is broken for signatures; for
 * placing
 * keys that is no harm, only slow. A position here is the first eight bytes of the digest, the
 * highest
 * first, so that positions are in the order of digests.
 */
#ifndef BASE_MD5_H
#define BASE_MD5_H

#include "base/base.h"

#define MD5_BYTES 16

void md5_digest(struct bytes bytes, uint8_t digest[MD5_BYTES]);

/* The first eight bytes, the highest first; with a seed, of the seed's eight bytes (the lowest
 * first) and the bytes after them. */
uint64_t md5_hash(struct bytes bytes, uint64_t seed);

#endif
