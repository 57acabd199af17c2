/*
 * trace_words.h: what the numbers in a trace record's fields mean, where trace.h
 * and the enums named there do not already say it.
 *
 *   FILE       enum file_kind in the upper half, the file's number in the lower; in the
 *              database's notes only the number; 0 is the directory itself
 *   WORK       enum work_kind, or WORK_KIND_COUNT + enum message_kind
 *   DISK       enum disk_operation_kind
 *   STATUS     enum disk_status
 *   CRASH      enum crash_mode
 *   CLOCK, FAULT, ACTION   enum action_kind
 *   RULE       enum safeguard
 *   SIGNED     a signed span in nanoseconds; after a CLOCK field that is
 *              ACTION_CLOCK_DRIFT, parts per billion
 *   STAMP      nanoseconds of a coordinator's wall clock; written as the distance from
 *              CLOCK_EPOCH_NS, so that it can be compared with the time of the run
 *   VALUE      identity of a value, VALUE_ABSENT, or TRACE_NO_VALUE
 *   IDENTITY   net_identity of a message, in hexadecimal
 *
 * A number that none of these knows is written as "?" and the number: a trace
 * may be read by a program older than the one that made it.
 */
#ifndef SIM_TRACE_WORDS_H
#define SIM_TRACE_WORDS_H

#include "base/base.h"

/* Nothing was returned, not even "no such key": the answer to a put, or a timeout. */
#define TRACE_NO_VALUE UINT64_MAX

/* In order of enum outcome (base/outcome.h). */
#define TRACE_OUTCOME_WORDS "pending", "ok", "unavailable", "timeout", "overloaded"

#endif
