/*
 * os_memory.c: mmap and its relatives, and nothing else.
 *
 * The only file of the pure rooms that talks to the operating system about
 * memory. MAP_NORESERVE asks for address space without a promise of memory
 * behind it, so a gibibyte per world costs nothing until it is written. The hint
 * is passed without MAP_FIXED: what the system gives is what we take, and no
 * digest may depend on it.
 *
 * Read next: region.c, which cuts a reservation into chunks.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE and madvise, which C11 does not know */

#include "base/os_memory.h"

#include <sys/mman.h>

void *os_memory_reserve(uint64_t size_bytes, void *base_hint, const char **why)
{
    void *base = MAP_FAILED;
    if (size_bytes <= SIZE_MAX)
        base = mmap(base_hint, (size_t)size_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base != MAP_FAILED)
        return base;
    *why = "the system refused the address space: ask for a smaller reserve, or raise the limit "
           "on virtual memory (ulimit -v)";
    return NULL;
}

void os_memory_release(void *base, uint64_t size_bytes)
{
    CHECK(munmap(base, (size_t)size_bytes) == 0);
}

void os_memory_discard(void *base, uint64_t size_bytes)
{
    CHECK(madvise(base, (size_t)size_bytes, MADV_DONTNEED) == 0);
}

void os_memory_populate(void *base, uint64_t size_bytes)
{
#ifdef MADV_POPULATE_WRITE
    /* Older kernels refuse this advice; the pages then come one by one as they are written. */
    (void)madvise(base, (size_t)size_bytes, MADV_POPULATE_WRITE);
#else
    (void)base, (void)size_bytes;
#endif
}
