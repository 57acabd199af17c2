/*
 * streams.h: who draws. A stream keeps the draws of one consumer apart from those
 * of all others that ask about the same thing.
 *
 * The numbers are part of every run's meaning: never reuse or renumber one.
 */
#ifndef SIM_STREAMS_H
#define SIM_STREAMS_H

enum stream {
    STREAM_QUEUE_TIE = 1,
    STREAM_LATENCY = 2,
    STREAM_LOSS = 3,
    STREAM_DUPLICATE = 4,
    STREAM_DUPLICATE_LATENCY = 5,
    STREAM_REORDER = 6,
    STREAM_REORDER_DELAY = 7,
    STREAM_DISK_SYNC = 8,
    STREAM_DISK_READ = 9,
    STREAM_CRASH = 10,
    STREAM_CLIENT_THINK = 11,
    STREAM_CLIENT_KIND = 12,
    STREAM_CLIENT_KEY = 13,
    STREAM_CLIENT_SIZE = 14,
    STREAM_CLIENT_COORDINATOR = 15,
    STREAM_NODE = 16, /* the database's own draws: its stream numbers are mixed in */
    STREAM_CLIENT_BACKOFF = 17,
    STREAM_CORRUPT = 31,
    STREAM_CLIENT_ELEMENT = 40,
    STREAM_COUNT,
};

#endif
