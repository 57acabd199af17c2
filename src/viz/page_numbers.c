/*
 * page_numbers.c: the arithmetic behind what is selected, with the run's own numbers.
 *
 *     a key      its bytes, their hash, the walk, R + W against N, its open operations,
 *                and why one version of it is newer than another
 */
#include "viz/pages.h"

void page_numbers(struct writer *writer, struct hits *hits)
{
    (void)hits;
    writer_line(writer, writer->scene->theme->faint, "nothing selected: a key, a node, a message");
}
