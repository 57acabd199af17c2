/*
 * export_job.c: a run, made anew and written, slice by slice.
 *
 * For records the run is a second world beside whatever the person looks at: it cannot be
 * disturbed, and disturbs nothing. An image is one slice. Films are in export_film.c.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/export/export.h"
#include "cli/export/export_film.h"
#include "cli/files/whole_file.h"

#define STEPS_A_SLICE 4096

struct export_job {
    struct export_request request;
    const struct export_format *format;
    struct whole_file file;
    /* of records */
    struct run run;
    bool is_run_open;
    struct exporter exporter;
    /* of a film */
    struct film *film;
};

/* --- records -------------------------------------------------------------------------------- */

static void take_record(void *host, const struct trace_record *record)
{
    struct export_job *job = host;
    job->format->take(&job->exporter, record);
}

static bool begin_records(struct export_job *job, char *said, size_t said_size)
{
    const struct export_request *request = &job->request;
    if (!run_open(&job->run, request->scenario, request->seed, NULL)) {
        snprintf(said, said_size, "there is no memory for another run");
        return false;
    }
    job->is_run_open = true;
    if (!whole_file_open(&job->file, request->path, said, said_size))
        return false;
    job->exporter = (struct exporter){.request = request,
                                      .run = &job->run,
                                      .world = &job->run.world,
                                      .out = job->file.out};
    job->run.world.meter_width = request->every;
    job->run.world.scenario = request->scenario; /* for the names, before there is a record */
    job->format->begin(&job->exporter);
    job->run.world.sink = (struct trace_sink){take_record, job};
    world_begin(&job->run.world, request->scenario, request->seed, request->interventions,
                request->intervention_count);
    if (job->format->step)
        job->format->step(&job->exporter);
    return true;
}

static enum export_progress step_records(struct export_job *job, char *said, size_t said_size)
{
    for (uint32_t i = 0; i < STEPS_A_SLICE; i++) {
        if (!world_step(&job->run.world)) {
            job->run.world.sink = (struct trace_sink){0};
            job->format->end(&job->exporter);
            return whole_file_finish(&job->file, said, said_size) ? EXPORT_DONE : EXPORT_FAILED;
        }
        if (job->format->step)
            job->format->step(&job->exporter);
    }
    return EXPORT_GOES_ON;
}

static void close_records(struct export_job *job)
{
    if (job->format->drop && job->exporter.state)
        job->format->drop(&job->exporter);
    if (job->is_run_open)
        run_close(&job->run);
}

/* --- pictures -------------------------------------------------------------------------------- */

static enum export_progress write_image(struct export_job *job, char *said, size_t said_size)
{
    const struct export_request *request = &job->request;
    if (!whole_file_open(&job->file, request->path, said, said_size))
        return EXPORT_FAILED;
    if (request->app->is_writing) /* a window: its message line tells of this very image */
        request->app->message[0] = '\0';
    job->format->write(&request->look, request->app, job->file.out);
    return whole_file_finish(&job->file, said, said_size) ? EXPORT_DONE : EXPORT_FAILED;
}

/* --- jobs ------------------------------------------------------------------------------------ */

struct export_job *export_open(const struct export_request *request,
                               const struct export_format *format, char *said, size_t said_size)
{
    struct export_job *job = calloc(1, sizeof *job);
    CHECK_WHY(job != NULL, "out of memory");
    job->request = *request;
    job->format = format;
    bool is_open = true;
    if (format->kind == EXPORT_RECORDS)
        is_open = begin_records(job, said, said_size);
    if (format->kind == EXPORT_FILM)
        is_open = (job->film = film_open(&job->request, format, said, said_size)) != NULL;
    if (is_open)
        return job;
    export_close(job);
    return NULL;
}

enum export_progress export_step(struct export_job *job, char *said, size_t said_size)
{
    switch (job->format->kind) {
    case EXPORT_RECORDS: return step_records(job, said, said_size);
    case EXPORT_FILM: return film_step(job->film, said, said_size);
    default: return write_image(job, said, said_size);
    }
}

double export_part_done(const struct export_job *job)
{
    if (job->film)
        return film_part_done(job->film);
    if (!job->is_run_open || job->request.scenario->duration_ns == 0)
        return 0;
    return (double)job->run.world.state->now / (double)job->request.scenario->duration_ns;
}

void export_close(struct export_job *job)
{
    if (job->format->kind == EXPORT_RECORDS)
        close_records(job);
    if (job->film)
        film_close(job->film);
    whole_file_abandon(&job->file);
    free(job);
}
