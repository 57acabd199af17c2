/*
 * units.h: the quantities that people write, read exactly.
 *
 * A quantity is one word: a decimal number and its unit.
 *
 *     quantity = [ sign ] number [ spaces ] unit
 *     number   = digits [ "." digits ]            no exponent, no digit groups
 *     sign     = "+" or "-"                       only where a sign has a meaning
 *
 *     time     ns us ms s m h          "2ms" "1.5s" "0.25h"     -> nanoseconds
 *     span     the same, signed        "-5s"                    -> nanoseconds
 *     size     B  kB MB GB TB          "10kB" is 10,000 bytes   -> bytes
 *                 KiB MiB GiB TiB      "64KiB" is 65,536 bytes
 *     share    % ppm ppb               "0.01%" "250ppm"         -> parts per billion, 0..10^9
 *     drift    ppm ppb %               "-100ppm"                -> parts per billion, -10^9..10^9
 *
 * The unit is never left out, not even after a 0: a bare number in a scenario is
 * the mistake that costs an afternoon. The arithmetic is on integers, so a value
 * is the number that was written or a mistake, never something close to it:
 * "0.5ns" is refused, not rounded.
 *
 * Each parser returns true and stores the value; or returns false, leaves the
 * value alone and adds one sentence (no full stop, no newline) to `mistake`, to
 * which the caller may have written file, line and column before:
 *
 *     "sec" is no unit for a time; did you mean "s"?
 *
 * `word` may hold any bytes, none included; the sentence quotes them safely.
 * What text.h writes is read back as the same number ("never" is no number).
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include "base/text.h"

/* A duration or an instant, 0 .. VTIME_NEVER - 1 (584 years). */
bool units_parse_time(struct bytes word, vtime *time_ns, struct text *mistake);

/* A signed duration: how far a clock is off, or by how much to step it. */
bool units_parse_span(struct bytes word, int64_t *span_ns, struct text *mistake);

/* 0 .. 2^64 - 1 bytes. */
bool units_parse_size(struct bytes word, uint64_t *size_bytes, struct text *mistake);

/* A probability or a fraction of a whole, 0 .. 10^9. */
bool units_parse_share(struct bytes word, uint32_t *parts_per_billion, struct text *mistake);

/* How much faster (+) or slower (-) than true time a clock runs. */
bool units_parse_drift(struct bytes word, int64_t *parts_per_billion, struct text *mistake);

/* The bytes of a C string (argv, a literal), for the parsers above. */
struct bytes units_word(const char *string);

#endif
