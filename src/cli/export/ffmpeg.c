/*
 * ffmpeg.c: a pipe to another program.
 */
#include "cli/export/ffmpeg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/bug.h"

#define WORDS_MAX 48

extern char **environ;

/* Its input from a pipe, its errors into a file, its output to nobody. */
static int spawn(struct ffmpeg *ffmpeg, const char *const *words, const int pipe_ends[2])
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(ffmpeg->errors), 2);
    posix_spawn_file_actions_addclose(&actions, pipe_ends[1]);
    int mistake = posix_spawnp(&ffmpeg->pid, "ffmpeg", &actions, NULL,
                               (char *const *)(uintptr_t)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return mistake;
}

/* The words before the first input's name, then the caller's. */
static void compose(const char **all, const char *size, const char *rate, const char *const *words)
{
    const char *const first[] = {"ffmpeg",     "-v",    "error",       "-nostdin", "-y",
                                 "-f",         "rawvideo", "-pixel_format", "rgb24",
                                 "-video_size", size,   "-framerate",  rate,       "-i", "pipe:0"};
    uint32_t count = 0;
    for (uint32_t i = 0; i < ARRAY_LEN(first); i++)
        all[count++] = first[i];
    for (; *words; words++) {
        CHECK(count + 1 < WORDS_MAX);
        all[count++] = *words;
    }
    all[count] = NULL;
}

bool ffmpeg_begin(struct ffmpeg *ffmpeg, int width, int height, unsigned fps,
                  const char *const *words, char *why, size_t why_size)
{
    const char *all[WORDS_MAX];
    char size[32], rate[16];
    int pipe_ends[2];
    *ffmpeg = (struct ffmpeg){0};
    snprintf(size, sizeof size, "%dx%d", width, height);
    snprintf(rate, sizeof rate, "%u", fps);
    compose(all, size, rate, words);
    ffmpeg->errors = tmpfile();
    if (!ffmpeg->errors || pipe2(pipe_ends, O_CLOEXEC) != 0) {
        snprintf(why, why_size, "cannot start ffmpeg: %s", strerror(errno));
        return false;
    }
    int mistake = spawn(ffmpeg, all, pipe_ends);
    close(pipe_ends[0]);
    if (mistake != 0) {
        ffmpeg->pid = 0;
        close(pipe_ends[1]);
        fclose(ffmpeg->errors);
        ffmpeg->errors = NULL;
        snprintf(why, why_size,
                 mistake == ENOENT ? "gif, mp4 and webm are made by ffmpeg, which is not here "
                                     "(Debian: apt-get install ffmpeg); apng and frames need "
                                     "nothing"
                                   : "ffmpeg cannot be started: %s",
                 strerror(mistake));
        return false;
    }
    signal(SIGPIPE, SIG_IGN); /* if it ends early, a failed write says so */
    ffmpeg->in = fdopen(pipe_ends[1], "wb");
    CHECK_WHY(ffmpeg->in != NULL, "out of memory");
    return true;
}

bool ffmpeg_add(struct ffmpeg *ffmpeg, const struct raster *raster)
{
    size_t pixels = (size_t)raster->width * (size_t)raster->height;
    uint8_t *bytes = malloc(3 * pixels);
    CHECK_WHY(bytes != NULL, "out of memory");
    for (size_t i = 0; i < pixels; i++) {
        bytes[3 * i] = (uint8_t)(raster->pixels[i] >> 16);
        bytes[3 * i + 1] = (uint8_t)(raster->pixels[i] >> 8);
        bytes[3 * i + 2] = (uint8_t)raster->pixels[i];
    }
    bool is_taken = fwrite(bytes, 3, pixels, ffmpeg->in) == pixels;
    free(bytes);
    return is_taken;
}

static void last_line(FILE *errors, char *line, size_t size)
{
    char read[300];
    *line = '\0';
    rewind(errors);
    while (fgets(read, sizeof read, errors)) {
        read[strcspn(read, "\n")] = '\0';
        if (*read)
            snprintf(line, size, "%s", read);
    }
}

bool ffmpeg_end(struct ffmpeg *ffmpeg, char *why, size_t why_size)
{
    char said[300];
    int status = 0;
    fclose(ffmpeg->in);
    ffmpeg->in = NULL;
    while (waitpid(ffmpeg->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    ffmpeg->pid = 0;
    last_line(ffmpeg->errors, said, sizeof said);
    fclose(ffmpeg->errors);
    ffmpeg->errors = NULL;
    bool is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!is_good)
        snprintf(why, why_size, "ffmpeg did not manage: %s", *said ? said : "it says nothing");
    return is_good;
}

void ffmpeg_stop(struct ffmpeg *ffmpeg)
{
    char nothing[8];
    if (ffmpeg->pid <= 0)
        return;
    kill(ffmpeg->pid, SIGKILL);
    ffmpeg_end(ffmpeg, nothing, sizeof nothing);
}
