#!/usr/bin/env bash
# test_check.sh: ringside check reads the histories of other systems and says what is wrong with them.
# The samples that others published are read in place and skipped, with a word, where they are absent.
# shellcheck source-path=SCRIPTDIR source=../house/tap.sh
. "$(dirname "$0")/../house/tap.sh"

ringside=${RINGSIDE:-./ringside}
samples=${RINGSIDE_HISTORIES:-../shared/data/histories}

# says SENTENCE CODE FILE OPTIONS...: the output has the sentence, and the exit code is this one
says() {
    local wanted=$1 code=$2 got=0
    shift 2
    "$ringside" check "$@" >"$scratch/out" 2>&1 || got=$?
    [[ $got -eq $code ]] && grep -qF -- "$wanted" "$scratch/out" || { cat "$scratch/out"; return 1; }
}
file() { # NAME: from standard input
    cat >"$scratch/$1"
    echo "$scratch/$1"
}

# --- the three ways to write one history ---------------------------------------------------------

edn=$(file a.edn <<'END'
; a read of what nobody wrote
[{:process 0, :type :invoke, :f :write, :value 1}
 {:process 0, :type :ok, :f :write, :value 1}
 {:process 1, :type :invoke, :f :read, :value nil}
 {:process 1, :type :ok, :f :read, :value 2}]
END
)
json=$(file a.jsonl <<'END'
{"process": 0, "type": "invoke", "f": "write", "value": 1}
{"process": 0, "type": "ok", "f": "write", "value": 1}
{"process": 1, "type": "invoke", "f": "read", "value": null}
{"process": 1, "type": "ok", "f": "read", "value": 2}
END
)
log=$(file a.log <<'END'
INFO  jepsen.core - nothing of importance
INFO  jepsen.util - 0	:invoke	:write	1
INFO  jepsen.util - :nemesis	:info	:start	"cut"
INFO  jepsen.util - 0	:ok	:write	1
INFO  jepsen.util - 1	:invoke	:read	nil
INFO  jepsen.util - 1	:ok	:read	2
END
)
holds "EDN" says 'process 1 read 2 (lines 4 to 5) has no place' 1 "$edn"
holds "JSON Lines" says 'process 1 read 2 (lines 3 to 4) has no place' 1 "$json"
holds "a log" says 'process 1 read 2 (lines 5 to 6) has no place' 1 "$log"
holds "for programs" says '"verdict": "violated", "operations": 2, "objects": 1' 1 --json "$json"

"$ringside" check "$edn" --svg "$scratch/a.svg" --html "$scratch/a.html" >/dev/null || true
holds "as a picture, with the one that cannot be placed" grep -q '<g class="bad"><rect' "$scratch/a.svg"
holds "and what has an order before it" grep -q 'all before here has an order' "$scratch/a.svg"
holds "as a page, with a table" grep -q '<tr class="bad"><td>4 to 5<td>1<td>read 2<td>cannot be placed' "$scratch/a.html"

# --- weaker promises -------------------------------------------------------------------------------

causes=$(file causes.edn <<'END'
{:process 0, :type :invoke, :f :write, :value 1, :key x}
{:process 0, :type :ok, :f :write, :value 1, :key x}
{:process 0, :type :invoke, :f :write, :value 2, :key y}
{:process 0, :type :ok, :f :write, :value 2, :key y}
{:process 1, :type :invoke, :f :read, :value nil, :key y}
{:process 1, :type :ok, :f :read, :value 2, :key y}
{:process 1, :type :invoke, :f :read, :value nil, :key x}
{:process 1, :type :ok, :f :read, :value nil, :key x}
END
)
holds "each key alone goes forward" says 'sessions, register of 4 operations' 0 "$causes" --consistency sessions
holds "an effect without its cause" says 'get by process 1 (lines 7 to 8) of x returned nothing, as before the first write, although put by process 0 (lines 1 to 2) comes causally before that get, through get by process 1 (lines 5 to 6)' 1 "$causes" --consistency causal
holds "is not sequential either" says 'sequential, register of 4 operations' 1 "$causes" --consistency sequential
holds "a promise that there is none of" says 'there is no consistency "causel"; did you mean "causal"?' 2 "$causes" --consistency causel

# --- unknown ends ----------------------------------------------------------------------------------

holds "what may have happened may be seen, late" says 'holds' 0 "$(file open.edn <<'END'
{:process 0 :type :invoke :f :write :value 1}
{:process 0 :type :info :f :write :value 1}
{:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value nil}
{:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value 1}
END
)"
holds "what failed may not" says 'VIOLATED' 1 "$(file failed.edn <<'END'
{:process 0 :type :invoke :f :write :value 1}
{:process 0 :type :fail :f :write :value 1}
{:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value 1}
END
)"

# --- transactions -----------------------------------------------------------------------------------

skew=$(file skew.edn <<'END'
{:process 0 :type :invoke :f :txn :value [[:r x nil] [:w y 1]]}
{:process 1 :type :invoke :f :txn :value [[:r y nil] [:w x 2]]}
{:process 0 :type :ok :f :txn :value [[:r x nil] [:w y 1]]}
{:process 1 :type :ok :f :txn :value [[:r y nil] [:w x 2]]}
END
)
holds "write skew is told as a cycle" says 'T1 (lines 1 to 3) read x without 2 of T2 (lines 2 to 4); T2 read y without 1 of T1' 1 "$skew"
holds "and what is left is told" says 'leaves at most snapshot-isolation' 1 "$skew"
holds "a level that allows it" says 'holds' 0 --level snapshot-isolation "$skew"
holds "a value written twice is not judged" says 'was given the value 1 twice' 0 "$(file twice.edn <<'END'
{:process 0 :type :invoke :f :txn :value [[:append x 1] [:append x 1]]}
END
)"

# --- sets, counters, queues ---------------------------------------------------------------------------

add() { printf '{:process %s :type :invoke :f :%s :value %s} {:process %s :type :%s :f :%s :value %s}\n' "$1" "$2" "$3" "$1" "$4" "$2" "$5"; }
holds "an element that was there and is gone is lost" says 'of 2 acknowledged elements 1 lost, 0 stale; 0 unexpected; 7 is lost, last missed by: process 1 read [8]' 1 \
    "$(file lost.edn < <(add 0 add 7 ok 7; add 0 add 8 ok 8; add 1 read nil ok '[7 8]'; add 1 read nil ok '[8]'))"
holds "one that comes back was stale" says '0 lost, 1 stale' 1 \
    "$(file stale.edn < <(add 0 add 7 ok 7; add 1 read nil ok '[]'; add 1 read nil ok '[7]'))"
holds "one that may not have been added may be missing" says 'holds' 0 \
    "$(file maybe.edn < <(add 0 add 7 info 7; add 1 read nil ok '[]'; add 2 add 9 fail 9; add 1 read nil ok '[7]'))"
holds "one whose add ends while a read runs may be missing from it" says 'holds' 0 "$(file during.edn <<'END'
{:process 0 :type :invoke :f :add :value 7}
{:process 1 :type :invoke :f :read}
{:process 0 :type :ok :f :add :value 7}
{:process 1 :type :ok :f :read :value []}
{:process 1 :type :invoke :f :read}
{:process 1 :type :ok :f :read :value [7]}
END
)"
holds "one that nobody added is unexpected" says '1 unexpected; 9 was never added' 1 \
    "$(file odd.edn < <(add 0 add 7 fail 7; add 1 read nil ok '[9]'))"
holds "a counter within its bounds" says 'holds' 0 \
    "$(file count.edn < <(add 0 add 5 ok 5; add 2 add -2 info -2; add 1 read nil ok 3; add 1 read nil ok 5))"
holds "a counter outside of them" says 'process 1 read 6 (lines 3 to 3) lies outside of 3 to 5' 1 \
    "$(file outside.edn < <(add 0 add 5 ok 5; add 2 add -2 info -2; add 1 read nil ok 6))"
holds "a queue that loses and doubles" says 'of 2 enqueued for certain 1 lost; 1 out twice, 0 unexpected' 1 \
    "$(file queue.edn < <(add 0 enqueue 1 ok 1; add 0 enqueue 2 ok 2; add 1 dequeue nil ok 1; add 1 dequeue nil ok 1))"
holds "an unknown dequeue may have taken it" says 'holds' 0 \
    "$(file taken.edn < <(add 0 enqueue 1 ok 1; add 1 dequeue nil info nil))"

# --- bad input ----------------------------------------------------------------------------------------

holds "a misspelt model" says 'there is no model "cas-registre"; did you mean "cas-register"?' 2 --model cas-registre "$edn"
holds "a misspelt level" says 'there is no isolation level "serialisable"; did you mean "serializable"?' 2 --level serialisable "$skew"
holds "a bracket without an end" says 'b.edn:2:1: the { of line 1, column 1 is never closed: expected } before the end of the file' 2 \
    "$(file b.edn <<<'{:process 0')"
holds "a call within a call" says 'c.edn:2:1: process 0 calls again, while its call of line 1 has no end' 2 \
    "$(file c.edn <<<$'{:process 0 :type :invoke :f :read}\n{:process 0 :type :invoke :f :read}')"
holds "an end without a call" says 'd.edn:1:1: process 0 has no call that could end here' 2 \
    "$(file d.edn <<<'{:process 0 :type :ok :f :read}')"
holds "an unknown type" says 'e.edn:1:19: okay is no type of an event: expected :invoke, :ok, :fail or :info' 2 "$(file e.edn <<<'{:process 0 :type :okay :f :read}')"
holds "a word that the model does not know" says 'f.edn:1:31: cas is no operation of the model register' 2 \
    --model register "$(file f.edn <<<'{:process 0 :type :invoke :f  :cas :value [1 2]}')"
holds "no history at all" says 'g.edn:1:1: not a history: expected EDN' 2 "$(file g.edn <<<'')"
holds "a text is no history, whatever its first sign" says 'not a history: expected EDN' 2 README.md
holds "nor is a scenario" says "or a log of Jepsen's (docs/histories.md" 2 scenarios/demo.json
holds "a history without an operation" says 'no operation is in this file' 2 "$(file h.edn <<<'{:process :nemesis, :type :info}')"
holds "the example of a stale read" says 'process 2 read 1 (lines 10 to 11) has no place' 1 docs/examples/stale-read.edn
holds "the example of write skew" says 'G2-item' 1 docs/examples/write-skew.jsonl
holds "which snapshot isolation allows" says 'holds' 0 docs/examples/write-skew.jsonl --level snapshot-isolation
holds "a file that is not there" says "there is no such file; did you mean" 2 "$scratch/b.end"

# --- what others published ------------------------------------------------------------------------------

if [[ ! -d $samples ]]; then
    skip "$samples is not here (RINGSIDE_HISTORIES names its folder)"
    finish
    exit
fi
while read -r name code; do
    holds "$name: the verdict that is known" says '' "$code" "$samples/$name"
done <<'END'
etcd_000.log 1
etcd_002.log 0
etcd_005.log 0
etcd_018.log 0
kv_c01-ok.txt 0
kv_c10-ok.txt 0
kv_c01-bad.txt 1
cas_rethink-fail-minimal.edn 1
cas_immediate-failure.edn 1
cas_mongodb-rollback-11.edn 0
cas_memstress3-33.edn 0
append_paper-example.edn 1
append_si-without-g-single.edn 1
END
holds "Elle's own example is read skew" says 'G-single' 1 "$samples/append_paper-example.edn"
holds "snapshots allow the other one" says 'holds' 0 --level snapshot-isolation "$samples/append_si-without-g-single.edn"
finish
