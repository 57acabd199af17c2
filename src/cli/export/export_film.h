/*
 * export_film.h: the app, moment by moment, as a film.
 *
 * The first frame is the moment `from`, the last one `to`, and the others lie evenly between
 * them; how many there are follows from the film's length and its frames a second. The frames
 * do not depend on how fast they are made. The request outlives the film; its app is back
 * where it was when the film is closed.
 */
#ifndef CLI_EXPORT_FILM_H
#define CLI_EXPORT_FILM_H

#include "cli/export/export.h"

struct film;

struct film *film_open(const struct export_request *request, const struct export_format *format,
                       char *said, size_t said_size);
enum export_progress film_step(struct film *film, char *said, size_t said_size);
double film_part_done(const struct film *film);
void film_close(struct film *film);

#endif
