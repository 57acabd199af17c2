/*
 * os_memory.h: the one door to the operating system's memory.
 *
 * Only os_memory.c may call mmap, munmap or madvise. Everything else in the
 * pure rooms works on memory that came through here: the regions of the worlds
 * (region.h) and the pages of their snapshots (snapshot.h).
 *
 * A reservation is address space, not memory: a page costs nothing until it is
 * first written, and reads as zero until then.
 */
#ifndef BASE_OS_MEMORY_H
#define BASE_OS_MEMORY_H

#include "base/base.h"

/* Reserve `size_bytes` (a multiple of 4096) of zero pages, near `base_hint` if
 * the system agrees; the hint may be NULL and may be ignored. The caller owns
 * the range until os_memory_release. NULL when refused: *why then points to one
 * sentence (a constant). */
void *os_memory_reserve(uint64_t size_bytes, void *base_hint, const char **why);

/* Give a whole reservation back. */
void os_memory_release(void *base, uint64_t size_bytes);

/* Give the memory of some pages back, but keep their addresses: they read as
 * zero again. Both arguments are multiples of 4096. */
void os_memory_discard(void *base, uint64_t size_bytes);

/* Make some pages of a reservation present now, in one call, because a page
 * fault for each of them would cost more. Only a matter of speed: a system that
 * cannot do this does nothing. */
void os_memory_populate(void *base, uint64_t size_bytes);

#endif
