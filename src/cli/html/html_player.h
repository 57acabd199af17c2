/*
 * html_player.h: the parts of the page that are the same for every run: src/cli/html/ as text.
 *
 * make turns each file there into a C string (build/.../html/NAME.inc), so that the program
 * carries them and needs no file beside it.
 */
#ifndef CLI_HTML_PLAYER_H
#define CLI_HTML_PLAYER_H

extern const char *const html_style;  /* player.css */
extern const char *const html_body;   /* player.html: the elements */
extern const char *const html_script; /* the JavaScript files, one after the other */

#endif
