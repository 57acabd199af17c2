/*
 * ffmpeg.h: pictures into another program, which makes a film of them.
 *
 * ffmpeg is no part of Ringside and need not be there. It is started with the size of the
 * pictures and a list of words for what is to come out, is fed raw pixels, and is waited for.
 * What it complains of, its last line, becomes part of our one sentence.
 */
#ifndef CLI_FFMPEG_H
#define CLI_FFMPEG_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "viz/draw/raster.h"

struct ffmpeg {
    pid_t pid;
    FILE *in;     /* its standard input */
    FILE *errors; /* what it says */
};

/* `words` says what comes out, from the second input on; NULL at its end. False and one
 * sentence in `why` when it cannot be started. */
bool ffmpeg_begin(struct ffmpeg *ffmpeg, int width, int height, unsigned fps,
                  const char *const *words, char *why, size_t why_size);

/* False when it takes no more: then ffmpeg_end says why. */
bool ffmpeg_add(struct ffmpeg *ffmpeg, const struct raster *raster);

bool ffmpeg_end(struct ffmpeg *ffmpeg, char *why, size_t why_size);

/* Stop it in the middle. Does nothing to one that has ended. */
void ffmpeg_stop(struct ffmpeg *ffmpeg);

#endif
