/*
 * html_player.c: src/cli/html/ as text.
 *
 * A file of JavaScript may use what stands in those before it. They share one scope, as if they
 * were one file, and none of their names is seen outside it.
 */
#include "cli/html/html_player.h"

const char *const html_style =
#include "cli/html/player.css.inc"
    ;

const char *const html_body =
#include "cli/html/player.html.inc"
    ;

const char *const html_script =
    "'use strict';\n"
    "(function () {\n"
#include "cli/html/run.js.inc"
#include "cli/html/filter.js.inc"
#include "cli/html/clock.js.inc"
#include "cli/html/marks.js.inc"
#include "cli/html/diagram.js.inc"
#include "cli/html/panels.js.inc"
#include "cli/html/overview.js.inc"
#include "cli/html/address.js.inc"
#include "cli/html/player.js.inc"
    "})();\n";
