#!/usr/bin/env bash
# test_layers.sh: the tree keeps the arrows between rooms, and layers.sh notices each broken one.
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

holds "every include in src/ follows the arrows between the rooms" tests/house/layers.sh

# broken FILE LINE: a fresh copy of src/ in which FILE, new or old, also has LINE.
broken() {
    rm -rf "$scratch/src"
    cp -r src "$scratch/src"
    mkdir -p "$scratch/$(dirname "$1")"
    printf '%s\n' "$2" >>"$scratch/$1"
}

broken src/db/ring/placement.c '#include "sim/world/world.h"'
refuses "the database may not include the simulator" \
    'src/db/ring/placement.c:[0-9]+: db may not include sim: "sim/world/world.h"' tests/house/layers.sh "$scratch"
broken src/base/heap.c '#  include "db/ring/placement.h"'
refuses "base may include no other room" \
    'src/base/heap.c:[0-9]+: base may not include db' tests/house/layers.sh "$scratch"
broken src/check/say.c '#include "db/ring/placement.h"'
refuses "the checkers may not include the database they judge" \
    'src/check/say.c:[0-9]+: check may not include db' tests/house/layers.sh "$scratch"
broken src/sim/net/net.c '#include "scenario/json_doc.h"'
refuses "the simulator may not include the loader of files" \
    'src/sim/net/net.c:[0-9]+: sim may not include scenario' tests/house/layers.sh "$scratch"
broken src/viz/leaky.c '#include "db/node.h"'
refuses "the window may not include the database" \
    'src/viz/leaky.c:1: viz may not include db' tests/house/layers.sh "$scratch"
broken src/viz/leaky.c '#include "sim/leak.h"'
printf '#include "db/node.h"\n' >"$scratch/src/sim/leak.h"
refuses "the window may not reach the database through a header of the simulator" \
    'viz sees db: src/viz/leaky.c -> src/sim/leak.h -> src/db/node.h' tests/house/layers.sh "$scratch"
broken src/cli/show.c '#include <SDL2/SDL.h>'
refuses "only the window includes SDL" \
    'src/cli/show.c:1: only src/viz includes SDL' tests/house/layers.sh "$scratch"
broken src/lesson/read.c '#include <cjson/cJSON.h>'
refuses "only the loader and the commands include cJSON" \
    'src/lesson/read.c:1: only src/scenario, src/hunt and src/cli include cJSON' tests/house/layers.sh "$scratch"
broken src/db/clock.c '#include <time.h>'
refuses "a pure room may not include a header with a view of the outside" \
    'src/db/clock.c:1: a pure room may not include <time.h>' tests/house/layers.sh "$scratch"
broken src/db/near.c '#include "ring.h"'
refuses "an include names its room" \
    'src/db/near.c:1: an include names its room: "ring.h"' tests/house/layers.sh "$scratch"
broken src/attic/old.c '#include "base/base.h"'
refuses "a room without a place in the table is refused" \
    'src/attic/old.c:1: room attic is not in the table' tests/house/layers.sh "$scratch"
finish
