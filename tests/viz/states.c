/*
 * states.c: the states that are kept and measured, one a line.
 *
 * Every view stands here alone and among the others, at several sizes, in each theme, before and
 * after faults. Times are in milliseconds.
 */
#include "viz/states.h"

#include <string.h>

#include "viz/hands.h"

#define ALL PANE_COUNT

const struct look_state look_states[] = {
    /* every view alone */
    {"ring-start", "standard", 0, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-busy", "standard", 12000, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-node", "standard", 12000, "select next", PANE_RING, 0, 100, 1280, 720},
    {"ring-crashed", "standard", 12000, "select next,crash", PANE_RING, 0, 100, 1280, 720},
    {"ring-paused", "standard", 12000, "select next,pause node", PANE_RING, 1, 100, 1280, 720},
    {"ring-cut", "standard", 12000, "select next,partition", PANE_RING, 2, 100, 1280, 720},
    {"ring-cut-large", "standard", 12000, "select next,partition", PANE_RING, 0, 250, 1280, 720},
    {"ring-small", "quorum-crash", 800, "", PANE_RING, 0, 100, 640, 360},
    {"ring-narrow", "demo", 900, "", PANE_RING, 1, 150, 480, 800},
    {"ring-held-write", "late-twice-damaged", 1200, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-held-copy", "late-twice-damaged", 2500, "", PANE_RING, 1, 150, 1280, 720},
    {"ring-damaged", "late-twice-damaged", 3500, "step,step,step,step", PANE_RING, 2, 100, 1280,
     720},
    {"ring-messages", "duplicates", 300, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-answers", "consistency-levels", 1504, "", PANE_RING, 1, 150, 1280, 720},
    {"ring-held", "standard", 20136,
     "step,step,step,select next,select next,select next,select next,select next,select next,"
     "select next,select next,select next,select next,select next,hold,select next,corrupt",
     PANE_RING, 0, 100, 1280, 720},
    {"ring-reach", "standard", 20136, "ring colours", PANE_RING, 0, 100, 1280, 720},
    {"ring-reach-lost", "standard", 12000, "ring colours,select next,crash", PANE_RING, 1, 100,
     1280, 720},
    {"ring-reach-none", "demo", 900,
     "ring colours,select next,crash,select next,crash,select next,crash", PANE_RING, 2, 100, 1280,
     720},
    {"ring-load", "hot-key", 2000, "ring colours,ring colours", PANE_RING, 0, 100, 1280, 720},
    {"ring-load-ranges", "hot-end", 40000, "ring colours,ring colours", PANE_RING, 1, 100, 1280,
     720},
    {"ring-load-none", "standard", 0, "ring colours,ring colours", PANE_RING, 2, 150, 800, 600},
    {"ring-shed", "load-shedding", 3000, "", PANE_RING, 0, 100, 1280, 720},
    {"time-shed", "load-shedding", 3000, "", PANE_SPACETIME, 0, 100, 1280, 720},
    {"keys-hot", "hot-key", 2000, "select previous", PANE_INSPECTOR, 0, 100, 1280, 720},
    {"node-load", "load-shedding", 3000, "select next,next page,page down", PANE_INSPECTOR, 0, 100,
     1280, 720},
    {"node-load-small", "hot-key", 2000, "select next,next page,page down", PANE_INSPECTOR, 1, 100,
     640, 480},
    {"ring-racks", "safeguard-rack-aware", 5000, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-racks-large", "safeguard-rack-aware", 1000, "", PANE_RING, 1, 150, 800, 600},
    {"ring-ranges", "hot-end", 40000, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-silence", "standard", 12000, "select next", PANE_RING, 2, 150, 1280, 720},
    /* who doubts whom; how far news have come; what a node thinks of the others */
    {"ring-doubts", "standard", 10400, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-doubts-small", "phi-jitter", 50600, "select next", PANE_RING, 1, 100, 800, 600},
    {"ring-doubts-thirty", "tests/viz/thirty", 15000, "", PANE_RING, 0, 100, 1024, 768},
    {"ring-verdicts-thirty", "tests/viz/thirty", 26000, "select next", PANE_RING, 2, 100, 800, 600},
    {"ring-news-life", "rumour", 2200, "doubts or news", PANE_RING, 0, 100, 1600, 1000},
    {"ring-news-beats", "rumour", 16000, "doubts or news", PANE_RING, 1, 100, 1280, 720},
    {"ring-news-saying", "tests/viz/thirty", 7700, "doubts or news", PANE_RING, 1, 100, 800, 600},
    {"ring-news-topology", "members", 2206, "doubts or news", PANE_RING, 0, 100, 1024, 768},
    {"ring-news-word", "false-alarm", 2500, "doubts or news,select previous", PANE_RING, 2, 150,
     1280, 720},
    {"node-thinks-swim", "tests/viz/thirty", 15000, "select next,next page", PANE_INSPECTOR, 0, 100,
     1280, 720},
    {"node-thinks-phi", "phi-jitter", 50600, "select next,next page", PANE_INSPECTOR, 1, 150, 1024,
     768},
    {"ring-key", "standard", 20136, "select previous", PANE_RING, 0, 100, 1280, 720},
    {"ring-key-small", "standard", 20136, "select previous,select previous", PANE_RING, 1, 75, 640,
     360},
    {"ring-crowd", "tests/viz/crowd", 2000, "", PANE_RING, 0, 100, 1600, 900},
    {"ring-crowd-cut", "tests/viz/crowd", 3500, "select next,ring colours", PANE_RING, 1, 100, 1280,
     720},
    /* members: spare, joining, replacing, giving way, leaving, removing, left, rolled back */
    {"ring-members", "members", 1000, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-joins", "members", 2209, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-joins-rows", "members", 2208, "step,step,step,step,step,step,step,step,step,step",
     PANE_RING, 1, 100, 1280, 720},
    {"ring-joins-small", "members", 2209, "select next", PANE_RING, 2, 150, 640, 480},
    {"ring-replaces", "members", 9000, "", PANE_RING, 2, 100, 1280, 720},
    {"ring-leaves", "members", 12210, "select next", PANE_RING, 0, 100, 1280, 720},
    {"ring-removes", "members", 18210, "", PANE_RING, 1, 100, 1280, 720},
    {"ring-left", "members", 23000, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-waits", "join-rolled-back", 7000, "", PANE_RING, 1, 100, 1280, 720},
    {"ring-rolled-back", "join-rolled-back", 9600, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-joins-still", "members", 2209, "reduced motion", PANE_RING, 0, 100, 1280, 720},
    /* repair, hints, divergence, siblings */
    {"ring-repair", "repair", 10000, "hands:key G\ntype 10.0024s\nkey Enter", PANE_RING, 0, 100,
     1280, 720},
    {"ring-repair-small", "repair", 10000,
     "hands:key G\ntype 10.0012s\nkey Enter\nclick n1 in ring", PANE_RING, 1, 150, 640, 480},
    {"ring-differs", "repair", 8000, "ring colours,ring colours", PANE_RING, 0, 100, 1280, 720},
    {"ring-compared", "repair", 10004, "select next,ring colours,ring colours", PANE_RING, 2, 100,
     1280, 720},
    {"ring-hints", "hinted-handoff", 24000, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-draining", "hinted-handoff", 25421, "", PANE_RING, 0, 100, 1280, 720},
    {"ring-hints-node", "sloppy-quorum", 12000, "select next", PANE_RING, 1, 150, 800, 600},
    {"ring-siblings", "set-partition", 2000, "hands:key Shift+Tab Shift+Tab", PANE_RING, 0, 100,
     1280, 720},
    {"keys-siblings", "shopping-cart", 2000, "hands:click key cart:1 in inspector", PANE_INSPECTOR,
     0, 100, 800, 600},
    {"keys-counter", "counter-partition", 3000, "hands:click key likes:2 in inspector",
     PANE_INSPECTOR, 1, 100, 1280, 720},
    {"keys-set", "set-partition", 2000, "hands:click key tags:1 in inspector", PANE_INSPECTOR, 2,
     100, 1024, 768},
    {"tip-cell", "shopping-cart", 2000, "hands:hover 966,132\nwait 1s", ALL, 0, 100, 1280,
     720},
    {"window-repair", "repair", 10000, "hands:key G\ntype 10.0024s\nkey Enter", ALL, 0, 100, 1280,
     720},
    {"time-joins", "members", 2300, "", PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-members-whole", "members", 2300, "go to end,whole run", PANE_SPACETIME, 1, 100, 1280,
     720},
    {"node-joins", "members", 2209,
     "select next,select next,select next,select next,select next,select next,next page",
     PANE_INSPECTOR, 0, 100, 1280, 720},
    {"log-membership", "members", 2500, "hands:key /\ntype kind:membership\nkey Enter", PANE_LOG, 0,
     100, 1280, 720},
    {"compare-outcomes", "first-steps", 5,
     "select next,select next,crash,select next,crash,compare", ALL, 0, 100, 1280, 720},
    {"compare-small", "demo", 12000, "select next,crash,compare", ALL, 2, 100, 800, 600},
    {"window-small", "demo", 12000, "", ALL, 0, 100, 800, 600},
    {"window-quiet", "first-steps", 100, "skip quiet,play or pause,hands:wait 1s", ALL, 0, 100,
     1280, 720},
    {"window-members", "members", 8209, "go to end,go to start,hands:key G\ntype 8209ms\nkey Enter",
     ALL, 0, 100, 1280, 720},
    {"menu-members", "members", 2300, "hands:click right n7\nhover menu join", ALL, 0, 100, 1280,
     720},
    {"tip-member", "members", 9000, "hands:hover n2\nwait 1s", ALL, 1, 100, 1280, 720},
    {"time-start", "first-steps", 0, "", PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-busy", "first-steps", 300, "", PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-record", "first-steps", 300, "record above,record above", PANE_SPACETIME, 0, 100, 1280,
     720},
    {"time-why", "quorum-crash", 900, "record above,why", PANE_SPACETIME, 1, 100, 1280, 720},
    {"time-zoomed", "standard", 12000, "zoom in,zoom in", PANE_SPACETIME, 2, 100, 1280, 720},
    {"time-large", "demo", 900, "", PANE_SPACETIME, 0, 250, 1280, 720},
    {"time-future", "first-steps", 300, "go to end,go to start,step,step", PANE_SPACETIME, 0, 100,
     1280, 720},
    {"time-whole", "standard", 12000, "go to end,whole run", PANE_SPACETIME, 1, 100, 1280, 720},
    {"time-whole-early", "demo", 16000, "whole run", PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-whole-future", "standard", 0, "go to end,go to start,whole run", PANE_SPACETIME, 2, 150,
     1280, 720},
    {"time-closer", "standard", 40000,
     "whole run,zoom in,zoom in,zoom in,zoom in,look earlier", PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-far", "demo", 20000, "hands:key Home 0 + + + + + +", PANE_SPACETIME, 1, 100, 1280, 720},
    {"time-micro", "demo", 900, "hands:key + + + + + + + + + + + +", PANE_SPACETIME, 2, 100, 1280,
     720},
    {"time-partition", "partition-heal", 2000, "", PANE_SPACETIME, 1, 100, 1280, 720},
    {"time-one-way", "standard", 12000,
     "select next,one-way cut,step,step,step,step,step,step,step,step", PANE_SPACETIME, 0, 100,
     1280, 720},
    {"time-paused", "standard", 1000, "hands:key Tab Z . . , Shift+Up", PANE_SPACETIME, 2, 100,
     1280, 720},
    {"time-restart", "torn-log", 1500, "select next", PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-operations", "slow-node", 900, "zoom in", PANE_SPACETIME, 1, 150, 1280, 720},
    {"time-let-go", "standard", 20136,
     "hands:key Right Right Right Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Shift+H\n"
     "key Right Right Right Right Right Right Shift+R Right Right Right Right Right Right",
     PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-both", "demo", 900,
     "hands:key Right Right End G\ntype 900ms\nkey Enter Tab K\n"
     "key Right Right Right Right Right Right Right Right Right Right Right Right Right Right\n"
     "key Right Right Right Right Right Right Right Right Right Right Right Right Right Right 2",
     PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-crowd", "tests/viz/crowd", 2000, "", PANE_SPACETIME, 0, 100, 1600, 900},
    {"time-crowd-whole", "tests/viz/crowd", 3500, "select next,whole run", PANE_SPACETIME, 1, 100,
     1280, 720},
    {"time-held", "late-twice-damaged", 1200, "", PANE_SPACETIME, 0, 100, 1280, 720},
    {"time-copy", "late-twice-damaged", 3200, "", PANE_SPACETIME, 1, 100, 1280, 720},
    {"inspector-none", "standard", 12000, "", PANE_INSPECTOR, 0, 100, 1280, 720},
    {"inspector-node", "standard", 12000, "select next", PANE_INSPECTOR, 0, 100, 1280, 720},
    {"inspector-record", "standard", 12000, "record above", PANE_INSPECTOR, 1, 100, 1280, 720},
    {"inspector-small", "partition-heal", 2000, "", PANE_INSPECTOR, 2, 150, 640, 360},
    {"inspector-large", "torn-log", 900, "select next", PANE_INSPECTOR, 0, 250, 1280, 720},
    {"keys-changed", "standard", 12000, "select next,step,step,step,step", PANE_INSPECTOR, 0, 100,
     1280, 720},
    {"keys-since", "standard", 12000, "mark,next headline,next headline", PANE_INSPECTOR, 1, 100,
     1280, 720},
    {"keys-crowd", "tests/viz/crowd", 3900, "step,step", PANE_INSPECTOR, 0, 100, 1280, 720},
    {"keys-scrolled", "demo", 2000, "page down", PANE_INSPECTOR, 2, 150, 640, 360},
    {"node-up", "standard", 12000, "select next,next page", PANE_INSPECTOR, 0, 100, 1280, 720},
    {"node-torn", "torn-log", 999, "select next,select next,next page,step", PANE_INSPECTOR, 1,
     100, 640, 720},
    {"node-damaged", "torn-log", 1500, "select next,next page,bit rot", PANE_INSPECTOR, 2, 100,
     1280, 720},
    {"node-scrolled", "slow-node", 900, "select next,next page,page down", PANE_INSPECTOR, 0, 150,
     480, 640},
    {"metrics", "standard", 32000, "next page,next page", PANE_INSPECTOR, 0, 100, 1280, 720},
    {"metrics-future", "standard", 32000, "go to end,previous headline,next page,next page",
     PANE_INSPECTOR, 1, 100, 640, 720},
    {"metrics-start", "demo", 0, "next page,next page", PANE_INSPECTOR, 2, 250, 1280, 720},
    {"metric-latency", "demo", 16000, "hands:key Ctrl+D\ntype latency\nkey Enter", PANE_INSPECTOR,
     0, 100, 1280, 720},
    {"metric-sent", "demo", 16000, "hands:key Ctrl+D\ntype bytes sent\nkey Enter", PANE_INSPECTOR,
     1, 100, 480, 640},
    {"numbers-none", "standard", 20136, "page numbers", PANE_INSPECTOR, 0, 100, 1280, 720},
    {"numbers-key", "standard", 20136, "page numbers,select previous", PANE_INSPECTOR, 0,
     100, 1280, 720},
    {"numbers-narrow", "standard", 20136, "page numbers,select previous", PANE_INSPECTOR, 1,
     100, 480, 800},
    {"numbers-node", "standard", 12000, "page numbers,select next", PANE_INSPECTOR, 2, 150,
     1280, 720},
    {"numbers-record", "standard", 20136, "page numbers,step,step,step,record above",
     PANE_INSPECTOR, 1, 100, 1280, 720},
    {"numbers-tie", "safeguard-tie-rule", 3000, "page numbers,select previous",
     PANE_INSPECTOR, 0, 100, 1280, 720},
    {"log-start", "first-steps", 0, "", PANE_LOG, 0, 100, 1280, 720},
    {"log-middle", "first-steps", 300, "", PANE_LOG, 1, 100, 1280, 720},
    {"log-record", "standard", 12000, "record above,record above", PANE_LOG, 0, 100, 1280, 720},
    {"log-future", "first-steps", 300, "go to end,go to start", PANE_LOG, 2, 100, 1280, 720},
    {"log-filtered", "standard", 12000, "hands:key /\ntype drop node:n2\nkey Enter Shift+N",
     PANE_LOG, 0,
     100, 1280, 720},
    {"log-none", "standard", 12000, "hands:key /\ntype kind:refused\nkey Enter", PANE_LOG, 1,
     150, 640,
     360},
    {"log-scrolled", "standard", 12000, "page up,page up,record above,record above", PANE_LOG, 2,
     75,
     1280, 720},
    {"log-large", "quorum-crash", 900, "", PANE_LOG, 0, 250, 1280, 720},
    {"log-narrow", "demo", 500, "", PANE_LOG, 0, 75, 400, 700},
    /* checks, and why it is so */
    {"checks-open", "skewed-clock", 2100, "next page,next page,next page,record below",
     PANE_INSPECTOR, 0, 100, 1280, 720},
    {"checks-watched", "partition-heal", 6600, "next page,next page,next page", PANE_INSPECTOR, 1,
     100, 1280, 720},
    {"checks-judged", "skewed-clock", 2100,
     "next page,next page,next page,record above,record above,go to record", ALL, 0, 100, 1280,
     720},
    {"checks-narrow", "slow-node", 900, "next page,next page,next page", PANE_INSPECTOR, 2, 150,
     480, 640},
    {"why-empty", "demo", 900, "next page,next page,next page,next page", PANE_INSPECTOR, 0, 100,
     640, 360},
    {"why-check", "skewed-clock", 3000,
     "next page,next page,next page,record above,record above,why,why", ALL, 1, 100, 1280, 720},
    {"why-node", "partition-heal", 3000, "select next,why", PANE_RING, 0, 100, 1280, 720},
    {"why-list", "partition-heal", 3000, "select next,why", PANE_INSPECTOR, 2, 150, 640, 480},
    {"why-replica", "partition-heal", 6500,
     "select previous,why of replica,next page,next page,next page", ALL, 0, 100, 1280, 720},
    /* the whole window */
    {"window-start", "first-steps", 0, "", ALL, 0, 100, 1280, 720},
    {"window-light", "first-steps", 300, "select next", ALL, 1, 100, 1280, 720},
    {"window-contrast", "quorum-crash", 900, "record above", ALL, 2, 100, 1280, 720},
    {"window-4k", "first-steps", 300, "", ALL, 0, 150, 3840, 2160},
    {"window-small-text", "demo", 900, "", ALL, 0, 75, 1280, 720},
    {"window-large-text", "demo", 900, "select next", ALL, 0, 250, 1280, 720},
    {"window-two-panes", "slow-node", 900, "", ALL, 1, 150, 1024, 640},
    {"window-tiny", "demo", 900, "", ALL, 0, 100, 320, 240},
    {"window-branches", "demo", 900, "select next,crash,undo,pause node", ALL, 0, 100, 1280, 720},
    {"window-many-branches", "standard", 5000,
     "select next,crash,undo,pause node,jump clock,undo,step,slow,jump clock,step,partition,drift",
     ALL, 1, 100, 1280, 720},
    {"window-branches-large", "demo", 900, "select next,crash,undo,pause node", ALL, 2, 250, 3840,
     2160},
    {"window-marks", "partition-heal", 1000, "go to end,go to start,bookmark", ALL, 0, 100, 1280,
     720},
    {"window-bookmarks", "partition-heal", 1000, "bookmark,go to end,bookmark", ALL, 0, 100, 1280,
     720},
    {"window-end", "skewed-clock", 0, "go to end", ALL, 0, 100, 1280, 720},
    {"help", "first-steps", 0, "help", ALL, 0, 100, 1280, 720},
    {"help-small", "first-steps", 0, "help", ALL, 1, 150, 640, 360},
    {"palette", "first-steps", 300, "palette", ALL, 0, 100, 1280, 720},
    {"go-to", "first-steps", 300, "go to", ALL, 2, 100, 1280, 720},
    {"run-until", "standard", 5000,
     "hands:key Ctrl+R\ntype n2.state == \"down\"\nkey Enter\nexpect said \"is true\"", ALL, 0, 100,
     1280, 720},
    {"run-until-wrong", "standard", 5000, "hands:key Ctrl+R\ntype n2.log_apend == 3\nkey Enter",
     ALL,
     1, 100, 1280, 720},
    {"ask-groups", "standard", 12000, "partition in groups", ALL, 0, 100, 1280, 720},
    {"ask-again", "standard", 12000,
     "hands:key Shift+P\nkey Backspace\ntype 55\nkey Enter\nexpect refused", ALL, 1, 150, 640,
     360},
    {"drag-cut", "standard", 12500, "hands:press n4\nhover n3", ALL, 0, 100, 1280, 720},
    {"drag-message", "standard", 12500, "hands:press message n3->n1\nhover n3", ALL, 0, 100, 1280,
     720},
    {"drag-cut-nowhere", "standard", 12500, "hands:press n4\nhover between n1 n2", ALL, 1, 150,
     1280, 720},
    {"drag-partition", "standard", 12500,
     "hands:press shift between n1 n2\nhover between n3 n4", ALL, 0, 100, 1280, 720},
    {"layout-three", "standard", 12500,
     "next layout,hands:drag divider columns to 500,300\ndrag divider right to 700,200", ALL, 2,
     100, 1280, 720},
    {"layout-two", "standard", 12500, "next layout,next layout,next layout", ALL, 0, 100, 1280,
     720},
    {"menu-node", "standard", 12500, "hands:click right n4", ALL, 0, 100, 1280, 720},
    {"menu-message", "standard", 12500, "hands:click right message", ALL, 1, 150, 1280, 720},
    {"menu-key", "standard", 12500, "hands:click right key user:4 in inspector", ALL, 2, 100, 1280,
     720},
    {"menu-nothing", "standard", 12500, "menu", ALL, 0, 250, 1280, 720},
    {"menu-small", "standard", 12500, "hands:click n4\nkey M End", ALL, 0, 100, 320, 240},
    {"menu-bar", "standard", 12500, "hands:click n2\nkey F10 Down Down", ALL, 0, 100, 1280, 720},
    {"menu-bar-small", "standard", 12500, "hands:key F10 Down Down Right", ALL, 1, 150, 400, 300},
    {"tip-node", "standard", 12500, "hands:hover n2\nwait 1s", ALL, 0, 100, 1280, 720},
    {"tip-cut", "standard", 12500, "hands:drag n4 to n3\nhover cut n4->n3\nwait 1s", ALL, 1, 100,
     1280, 720},
    {"tip-button", "first-steps", 0, "hands:hover button \"step back\"\nwait 1s", ALL, 2, 150,
     1280, 720},
    {"focus-button", "standard", 12500, "hands:key Shift+Tab Shift+Tab Shift+Tab", ALL, 0, 100,
     1280, 720},
    {"focus-title", "standard", 12500, "hands:key Shift+Tab Shift+Tab Up Up Up Up Up Up Up Up Up",
     ALL, 1, 100, 1280, 720},
    {"about", "first-steps", 0, "about", ALL, 0, 100, 1280, 720},
    {"about-small", "quorum-crash", 0, "about", ALL, 1, 100, 320, 240},
    {"about-large", "quorum-crash", 0, "hands:click button about\nkey Down", ALL, 2, 250, 1024,
     640},
    {"tip-title", "quorum-crash", 0, "hands:hover button about\nwait 1s", ALL, 0, 100, 1280, 720},
    {"help-end", "first-steps", 0, "hands:key ? End", ALL, 0, 100, 1280, 720},
    {"palette-found", "first-steps", 300, "hands:key Ctrl+P\ntype clock\nkey Down", ALL, 1, 100,
     1280, 720},
    {"refusal", "first-steps", 300, "undo", ALL, 0, 100, 1280, 720},
    {"refusal-small", "first-steps", 300, "crash", ALL, 1, 100, 320, 240},
    {"refusal-large-text", "first-steps", 300, "bring back", ALL, 0, 250, 1024, 640},
    {"ring-still", "demo", 900, "reduced motion", PANE_RING, 0, 100, 1280, 720},
    {"ring-still-busy", "standard", 12500, "reduced motion", PANE_RING, 2, 150, 1280, 720},
    {"welcome", "first-steps", 0, "", ALL, 0, 100, 1280, 720},
    {"welcome-tiny", "first-steps", 0, "", ALL, 1, 100, 320, 240},
    {"hint-crash", "first-steps", 300, "", ALL, 0, 100, 1280, 720},
    {"hint-crash-tiny", "first-steps", 300, "", ALL, 1, 100, 320, 240},
    {"hint-back", "first-steps", 300, "select next,crash", ALL, 2, 150, 1280, 720},
};

const uint32_t look_state_count = sizeof look_states / sizeof look_states[0];

static void run_hands(struct show *show, const struct look_state *state, const char *lines)
{
    char sentence[900];
    struct text text;
    text_init(&text, sentence, sizeof sentence);
    if (hands_at(show, state->name, lines, (int)state->width, (int)state->height, &text) !=
        SCRIPT_DONE)
        fail_msg("%s", sentence);
}

/* "page numbers", wherever that page stands among the others. */
static void open_page_or_press(struct show *show, const char *name)
{
    static const char *const pages[] = {
#define PAGE(identifier, word) #word,
        PAGES(PAGE)
#undef PAGE
    };
    bool is_page = strncmp(name, "page ", 5) == 0;
    for (uint32_t page = 0; is_page && page < PAGE_COUNT; page++)
        if (strcmp(pages[page], name + 5) == 0) {
            show->app->inspector_page = page;
            return;
        }
    press(show, name);
}

void state_open(struct show *show, const struct look_state *state)
{
    char path[100], keys[400];
    bool has_folder = strchr(state->scenario, '/') != NULL;
    snprintf(path, sizeof path, "%s%s.json", has_folder ? "" : "scenarios/", state->scenario);
    snprintf(keys, sizeof keys, "%s", state->keys);
    show_open(show, path);
    if (state->at_ms)
        app_seek_time(show->app, (vtime)state->at_ms * MILLISECOND);
    show->app->maximised = state->pane;
    show->app->theme = state->theme;
    show->app->text_scale = (float)state->percent / 100;
    char *hands = strstr(keys, "hands:");
    if (hands)
        *hands = '\0';
    for (char *rest = keys, *name; (name = strtok_r(rest, ",", &rest)) != NULL;)
        open_page_or_press(show, name);
    if (hands)
        run_hands(show, state, hands + strlen("hands:"));
    show->app->is_welcome = strncmp(state->name, "welcome", 7) == 0;
    if (strncmp(state->name, "hint-crash", 10) == 0)
        show->app->hints.now = TIP_CRASH;
    if (strncmp(state->name, "hint-back", 9) == 0)
        show->app->hints.now = TIP_BACK;
}
