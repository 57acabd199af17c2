/*
 * slots.h: one replica's part in an open operation, as a small square.
 *
 * Full when the replica has answered, half full while the answer is on its way, with a dot while
 * the replica works on it, empty while it is being asked; a stroke through it is a refusal, a
 * cross says that nothing is on its way any more: only the timeout is left.
 */
#ifndef VIZ_SLOTS_H
#define VIZ_SLOTS_H

#include "viz/views/scene.h"

void slot_draw(struct draw_list *list, const struct theme *theme, uint8_t slot, float x, float y,
               float side);

/* "answered", "the answer is on its way" ... */
const char *slot_words(uint8_t slot);

/* "waits for answers", "they differ: asks for all values" ... of an operation's phase. */
const char *phase_words(uint8_t phase);

#endif
