/*
 * run.js: the run that stands in the page, made quick to ask.
 *
 * Everything that is asked thousands of times a second lies in typed arrays, one entry a record;
 * a record is its index there. Its number, as `ringside run -v` writes it, is run.first + index.
 * Sentences are made when somebody wants to read them.
 */

const CLASSES = ['other', 'send', 'arrive', 'drop', 'touch', 'invoke', 'told', 'fault', 'cure',
                 'broken'];
const [OTHER, SEND, ARRIVE, DROP, TOUCH, INVOKE, TOLD, FAULT, CURE, BROKEN] = CLASSES.keys();

function sums(differences) {
  let sum = 0;
  return Float64Array.from(differences, (difference) => (sum += difference));
}

/* The first index whose value is above `limit`, in an ascending array. */
function countUpTo(values, limit) {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readRun(json) {
  const records = json.records, count = records.kind.length;
  const run = Object.assign({}, json, {
    count,
    step: sums(records.step),
    time: sums(records.time),
    kind: Uint16Array.from(records.kind),
    actor: Uint16Array.from(records.actor),
    about: Int32Array.from(records.about),
    fields: [records.a, records.b, records.c].map((column) => Int32Array.from(column)),
    cause: new Int32Array(count),       /* index, or -1 */
    sending: new Int32Array(count),     /* of what arrives or is lost; -1: not in the page */
    lane: new Uint16Array(count),
    peer: new Int16Array(count),        /* lane of the other end of a message, or -1 */
    cls: new Uint8Array(count),
    letter: new Array(count),
    isHeartbeat: new Uint8Array(count),
    isHeadline: new Uint8Array(count),
    longest: 0,                         /* way of a message, in nanoseconds */
  });
  const classes = json.kinds.map((kind) => CLASSES.indexOf(kind.class));
  const laneOf = new Map(json.lanes.map((name, lane) => [name, lane]));
  for (let i = 0; i < count; i++) {
    run.cause[i] = records.cause[i] > 0 ? i - records.cause[i] : -1;
    run.lane[i] = Math.min(run.actor[i], json.lanes.length - 1);
    run.cls[i] = classes[run.kind[i]];
    run.peer[i] = -1;
    run.sending[i] = -1;
    if (run.cls[i] < SEND || run.cls[i] > TOUCH) continue;
    const peer = laneOf.get(json.strings[run.fields[1][i]]);
    run.peer[i] = peer === undefined ? -1 : peer;
    run.letter[i] = json.letters[json.strings[run.fields[0][i]]];
    run.isHeartbeat[i] = run.letter[i] === 'H' ? 1 : 0;
    if (run.cls[i] !== ARRIVE && run.cls[i] !== DROP) continue;
    run.sending[i] = sendingOf(run, i);
    if (run.sending[i] >= 0)
      run.longest = Math.max(run.longest, run.time[i] - run.time[run.sending[i]]);
  }
  for (const index of json.headlines) run.isHeadline[index] = 1;
  run.from = count > 0 ? run.time[0] : 0;
  run.to = Math.max(json.end, count > 0 ? run.time[count - 1] : 0);
  run.firstStep = count > 0 ? run.step[0] : 0;
  run.lastStep = count > 0 ? run.step[count - 1] : 0;
  run.series = readSeries(json);
  run.cuts = readCuts(json);
  return run;
}

/* Its cause; but what a full queue refuses is lost at once, by the record after its sending. */
function sendingOf(run, record) {
  const isSending = (at) => at >= 0 &&
    (run.cls[at] === SEND || run.kinds[run.kind[at]].name === 'duplicate');
  const found = [run.cause[record], record - 1].find(isSending);
  return found === undefined ? -1 : found;
}

/* For each node and each thing that is followed of it: the steps of its changes, and the values. */
function readSeries(json) {
  const series = [], steps = sums(json.changes.step);
  for (let node = 0; node < json.nodes; node++)
    series.push(json.whats.map(() => ({ steps: [], values: [] })));
  steps.forEach((step, i) => {
    const one = series[json.changes.node[i]][json.changes.what[i]];
    one.steps.push(step);
    one.values.push(json.changes.value[i]);
  });
  return series;
}

function readCuts(json) {
  const steps = sums(json.cuts.step);
  return Array.from(steps, (step, i) => ({
    step, from: json.cuts.from[i], to: json.cuts.to[i], is: json.cuts.is[i] === 1,
  }));
}

const run = readRun(JSON.parse(document.getElementById('run').textContent));

/* --- what is asked of it -------------------------------------------------------------------- */

function stringAt(index) {
  return index < 0 ? '' : run.strings[index];
}

/* The same sentence as ringside run -v. */
function sentenceOf(record) {
  const kind = run.kinds[run.kind[record]];
  return kind.sentence.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === 'node') return run.names[run.actor[record]];
    if (name === 'about') return stringAt(run.about[record]);
    return stringAt(run.fields[kind.fields.indexOf(name)][record]);
  });
}

/* The record, what caused it, what caused that, and so on to where it began. */
function chainOf(record) {
  const chain = [];
  for (let at = record; at >= 0; at = run.cause[at]) chain.push(at);
  return chain;
}

/* The last record of a step, or -1 before the first. */
function lastOfStep(step) {
  return countUpTo(run.step, step) - 1;
}

function timeOfStep(step) {
  const last = lastOfStep(step);
  return last < 0 ? run.from : run.time[last];
}

/* The step that the run is at, at a time: everything up to then has happened. */
function stepAtTime(time) {
  const last = countUpTo(run.time, time) - 1;
  return last < 0 ? run.firstStep : run.step[last];
}

function nodeAtStep(node, what, step) {
  const one = run.series[node][run.whats.indexOf(what)];
  const at = countUpTo(one.steps, step) - 1;
  return at < 0 ? 0 : one.values[at];
}

function cutsAtStep(step) {
  const cut = new Set();
  for (const change of run.cuts) {
    if (change.step > step) break;
    const link = `${run.lanes[change.from]} to ${run.lanes[change.to]}`;
    if (change.is) cut.add(link);
    else cut.delete(link);
  }
  return [...cut];
}

/* "1.284 s", "20 ms": for people; `digits` after the point at most. */
function timeText(time, digits = 3) {
  const units = [['s', 1e9], ['ms', 1e6], ['us', 1e3], ['ns', 1]];
  const [unit, size] = units.find(([, size]) => Math.abs(time) >= size) || units[0];
  return `${Number((time / size).toFixed(digits))} ${unit}`;
}
