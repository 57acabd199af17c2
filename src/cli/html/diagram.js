/*
 * diagram.js: the space-time diagram. A lane for each node and client, time from left to right,
 * messages as slanted lines.
 *
 * What does not move with the clock is drawn into a picture of its own (`base`), anew only when
 * the stretch of time, the size, the filter or the colours change. Where records lie closer than
 * pixels, one of each kind in each pixel is drawn: a hundred thousand records cost no more than
 * what can be seen of them. Nothing is left out because of its place among the records.
 */

const LABELS = 104, AXIS = 22, LEAST_SPAN = 2000; /* pixels, pixels, nanoseconds */

const diagram = {
  canvas: document.getElementById('diagram'),
  base: document.createElement('canvas'),
  width: 800, /* of the element, when it was measured last */
  height: 400,
  from: run.from,
  to: run.to,
  selected: -1,
  chain: [],
  isBaseOld: true,
  changed: () => {},
};

function measureDiagram() {
  const box = diagram.canvas.getBoundingClientRect();
  diagram.width = Math.max(200, box.width);
  diagram.height = Math.max(80, box.height);
  diagram.isBaseOld = true;
}

function xOf(time) {
  const room = diagram.width - LABELS - 8;
  return LABELS + ((time - diagram.from) / (diagram.to - diagram.from)) * room;
}

function timeOf(x) {
  const room = diagram.width - LABELS - 8;
  return diagram.from + ((x - LABELS) / room) * (diagram.to - diagram.from);
}

const laneCount = run.lanes.length;

function yOf(lane) {
  return AXIS + ((lane + 0.5) / laneCount) * (diagram.height - AXIS);
}

/* --- which stretch of time ------------------------------------------------------------------ */

function showStretch(from, to) {
  const whole = run.to - run.from, span = Math.min(Math.max(to - from, LEAST_SPAN), whole || 1);
  diagram.from = Math.min(Math.max(from, run.from), run.to - span);
  diagram.to = diagram.from + span;
  diagram.isBaseOld = true;
  diagram.changed();
}

function zoomAt(x, factor) {
  const centre = timeOf(x), left = (centre - diagram.from) * factor;
  const right = (diagram.to - centre) * factor;
  showStretch(centre - left, centre + right);
}

function panBy(pixels) {
  const time = timeOf(LABELS + pixels) - timeOf(LABELS);
  showStretch(diagram.from + time, diagram.to + time);
}

/* Keep the moment in sight. Gently moving along is for those who like movement; the others get
 * the next page when the moment leaves this one. */
function followClock(isGentle) {
  const span = diagram.to - diagram.from, part = (clock.time - diagram.from) / span;
  if (isGentle && clock.isPlaying && part > 0.7 && diagram.to < run.to)
    showStretch(clock.time - 0.7 * span, clock.time + 0.3 * span);
  else if (part < 0 || part > 0.98)
    showStretch(clock.time - 0.2 * span, clock.time + 0.8 * span);
}

/* At first: as far as the first 200 records that are about no heartbeat, or all of them. */
function showBeginning() {
  let seen = 0, last = 0;
  for (let i = 0; i < run.count && seen < 200; i++) {
    if (stringAt(run.about[i]).includes(' heartbeat ')) continue;
    seen++;
    last = i;
  }
  const span = (run.count > 0 ? run.time[last] : run.to) - run.from;
  showStretch(run.from, run.from + 1.05 * span);
}

/* --- the base ------------------------------------------------------------------------------- */

function context(canvas) {
  const { width, height } = diagram, scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    diagram.isBaseOld = true;
  }
  const ctx = canvas.getContext('2d');
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.font = '12px ui-monospace, "DejaVu Sans Mono", monospace';
  return ctx;
}

/* 1, 2 or 5 times a power of ten of nanoseconds, at least 90 pixels. */
function tickWidth() {
  const least = timeOf(LABELS + 90) - timeOf(LABELS), decade = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * decade).find((width) => width >= least);
}

function drawAxis(ctx) {
  const { height } = diagram, width = tickWidth();
  ctx.textAlign = 'center';
  for (let tick = Math.ceil(diagram.from / width) * width; tick <= diagram.to; tick += width) {
    const x = Math.round(xOf(tick)) + 0.5;
    ctx.strokeStyle = palette.line;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(x, AXIS - 4);
    ctx.lineTo(x, height);
    ctx.stroke();
    ctx.fillStyle = palette.faint;
    if (x > LABELS + 24 && x < diagram.width - 28) ctx.fillText(timeText(tick, 9), x, 12);
  }
}

/* A lane is drawn as what its node was: up a line, down dots, paused a double line. */
const LANE_DASHES = { down: [1, 7], refused: [1, 7], starting: [4, 4], recovering: [4, 4] };

function drawLanePiece(ctx, y, from, to, state) {
  const left = Math.max(LABELS, xOf(from)), right = xOf(Math.min(to, diagram.to));
  if (right <= left) return;
  ctx.setLineDash(LANE_DASHES[state] || []);
  for (const offset of state === 'paused' ? [-2.5, 2.5] : [0]) {
    ctx.beginPath();
    ctx.moveTo(left, y + offset);
    ctx.lineTo(right, y + offset);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

function drawLane(ctx, lane) {
  const y = Math.round(yOf(lane)) + 0.5;
  ctx.fillStyle = palette.text;
  ctx.textAlign = 'right';
  const name = run.lanes[lane];
  ctx.fillText(name.length > 13 ? `${name.slice(0, 12)}…` : name, LABELS - 8, y + 4);
  ctx.strokeStyle = palette.faint;
  ctx.lineWidth = 1;
  if (lane >= run.nodes) {
    drawLanePiece(ctx, y, diagram.from, diagram.to, 'client');
    return;
  }
  const { steps, values } = run.series[lane][run.whats.indexOf('state')];
  steps.forEach((step, i) => {
    const to = i + 1 < steps.length ? timeOfStep(steps[i + 1]) : run.to;
    drawLanePiece(ctx, y, timeOfStep(step), to, run.states[values[i]]);
  });
}

/* True once for each thing, pixel column and pair of lanes. */
function makeSieve() {
  const seen = new Set();
  return (what, x, one, other) => {
    const key = ((Math.round(x) * 64 + what) * 512 + one) * 512 + other;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

function messageColour(record) {
  if (run.cls[record] === DROP) return palette.bad;
  return run.isHeartbeat[record] ? palette.line : palette.accent;
}

/* Both ends of the message that a record ends, or null when its sending is not in the page. */
function messageLine(record) {
  const sending = run.sending[record];
  if (sending < 0) return null;
  const isLost = run.cls[record] === DROP, end = isLost ? run.peer[record] : run.lane[record];
  const begin = isLost ? run.lane[record] : run.peer[record];
  if (begin < 0 || end < 0) return null;
  return { x1: xOf(run.time[sending]), y1: yOf(begin), x2: xOf(run.time[record]), y2: yOf(end),
           begin, end, isLost };
}

/* Where records lie much closer than pixels, lines are made thin and marks small. */
function isDense() {
  const last = countUpTo(run.time, diagram.to), first = countUpTo(run.time, diagram.from - 1);
  return last - first > 3 * diagram.width;
}

function drawMessages(ctx) {
  const first = countUpTo(run.time, diagram.from - 1);
  const last = countUpTo(run.time, diagram.to + run.longest);
  const paths = new Map(), crosses = [], letters = [], sieve = makeSieve();
  for (let i = first; i < last; i++) {
    const sending = run.sending[i];
    if (sending < 0 || run.time[sending] > diagram.to) continue;
    const line = messageLine(i), isFaint = !isShown(i) && !isShown(sending);
    if (!line || !sieve(run.cls[i] + (isFaint ? 16 : 0) + 4 * run.isHeartbeat[i],
                        (line.x1 + line.x2) / 2, line.begin, line.end)) continue;
    const style = isFaint ? palette.line : messageColour(i);
    if (!paths.has(style)) paths.set(style, new Path2D());
    paths.get(style).moveTo(line.x1, line.y1);
    paths.get(style).lineTo(line.x2, line.y2);
    if (line.isLost && !isFaint) crosses.push(line);
    if (!isFaint && !run.isHeartbeat[i]) letters.push({ line, letter: run.letter[i] });
  }
  ctx.lineWidth = 1;
  ctx.globalAlpha = isDense() ? 0.3 : 1;
  for (const [style, path] of paths) {
    ctx.strokeStyle = style;
    ctx.stroke(path);
  }
  ctx.globalAlpha = 1;
  ctx.strokeStyle = palette.bad;
  ctx.lineWidth = 2;
  for (const { x2, y2 } of crosses) drawCross(ctx, x2, y2, isDense() ? 2 : 4);
  if (letters.length <= 400) drawLetters(ctx, letters);
}

/* In the middle of its line, or a little before or after it when another letter stands there. */
function drawLetters(ctx, letters) {
  const taken = [];
  for (const { line, letter } of letters) {
    for (const part of [0.5, 0.36, 0.64]) {
      const x = line.x1 + part * (line.x2 - line.x1), y = line.y1 + part * (line.y2 - line.y1);
      if (taken.some(([u, v]) => Math.abs(u - x) < 11 && Math.abs(v - y) < 14)) continue;
      taken.push([x, y]);
      drawLetter(ctx, x, y, letter, line.isLost);
      break;
    }
  }
}

function drawLetter(ctx, x, y, letter, isLost) {
  if (x < LABELS + 8) return;
  ctx.fillStyle = palette.background;
  ctx.fillRect(x - 5, y - 7, 10, 14);
  ctx.fillStyle = isLost ? palette.bad : palette.accent;
  ctx.textAlign = 'center';
  ctx.fillText(letter, x, y + 4);
}

/* Headlines last, so that nothing lies over them. */
function drawRecords(ctx) {
  const first = countUpTo(run.time, diagram.from - 1), last = countUpTo(run.time, diagram.to);
  const sieve = makeSieve(), isSmall = isDense(), headlines = [];
  for (let i = first; i < last; i++) {
    if (!isShown(i)) continue;
    const x = xOf(run.time[i]), what = run.cls[i] + 16 * isFailed(i) + 32 * run.isHeartbeat[i];
    if (!sieve(what, x, run.lane[i], 0)) continue;
    if (run.isHeadline[i]) headlines.push(i);
    else if (isSmall) drawSmallMark(ctx, i, x, yOf(run.lane[i]));
    else drawMark(ctx, i, x, yOf(run.lane[i]));
  }
  for (const i of headlines) drawMark(ctx, i, xOf(run.time[i]), yOf(run.lane[i]));
}

function drawBase() {
  const ctx = context(diagram.base), { width, height } = diagram;
  ctx.fillStyle = palette.background;
  ctx.fillRect(0, 0, width, height);
  drawAxis(ctx);
  for (let lane = 0; lane < laneCount; lane++) drawLane(ctx, lane);
  ctx.save();
  ctx.beginPath();
  ctx.rect(LABELS - 6, 0, width - LABELS + 6, height);
  ctx.clip();
  drawMessages(ctx);
  drawRecords(ctx);
  ctx.restore();
  diagram.isBaseOld = false;
}

/* --- what moves ----------------------------------------------------------------------------- */

function drawChain(ctx) {
  ctx.strokeStyle = ctx.fillStyle = palette.warn;
  ctx.lineWidth = 3;
  const members = new Set(diagram.chain);
  ctx.beginPath();
  for (const record of diagram.chain) {
    const cause = run.cause[record];
    if (!members.has(cause)) continue;
    const line = messageLine(record);
    ctx.moveTo(xOf(run.time[cause]), yOf(run.lane[cause]));
    ctx.lineTo(xOf(run.time[record]), line ? line.y2 : yOf(run.lane[record]));
  }
  ctx.stroke();
  const sieve = makeSieve();
  for (const record of diagram.chain) {
    const x = xOf(run.time[record]), y = yOf(run.lane[record]);
    if (!sieve(0, x / 8, run.lane[record], 0)) continue;
    ctx.beginPath();
    ctx.arc(x, y, 4, 0, 2 * Math.PI);
    ctx.fill();
  }
  if (diagram.selected < 0) return;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.arc(xOf(run.time[diagram.selected]), yOf(run.lane[diagram.selected]), 8, 0, 2 * Math.PI);
  ctx.stroke();
}

/* What is to come is veiled. */
function drawMoment(ctx) {
  const { width, height } = diagram, x = xOf(clock.time);
  ctx.globalAlpha = 0.55;
  ctx.fillStyle = palette.background;
  ctx.fillRect(Math.max(LABELS - 6, x), AXIS, width, height);
  ctx.globalAlpha = 1;
  if (x < LABELS - 1) return;
  ctx.strokeStyle = palette.warn;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(x, 0);
  ctx.lineTo(x, height);
  ctx.stroke();
}

function drawDiagram() {
  const ctx = context(diagram.canvas), { width, height } = diagram;
  if (diagram.isBaseOld) drawBase();
  ctx.drawImage(diagram.base, 0, 0, width, height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(LABELS - 9, 0, width - LABELS + 9, height);
  ctx.clip();
  drawMoment(ctx);
  drawChain(ctx);
  ctx.restore();
}

/* --- what lies under the pointer ------------------------------------------------------------ */

function distanceToLine(x, y, { x1, y1, x2, y2 }) {
  const dx = x2 - x1, dy = y2 - y1, square = dx * dx + dy * dy || 1;
  const part = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square));
  return Math.hypot(x - x1 - part * dx, y - y1 - part * dy);
}

/* The nearest mark within 9 pixels; else the end of the nearest message within 5; else -1. */
function recordAt(x, y) {
  let best = -1, nearest = 9;
  const near = 10, first = countUpTo(run.time, timeOf(x - near) - 1);
  for (let i = first; i < run.count && run.time[i] <= timeOf(x + near); i++) {
    const distance = Math.hypot(xOf(run.time[i]) - x, yOf(run.lane[i]) - y);
    if (isShown(i) && (distance < nearest || (distance === nearest && run.cls[i] !== OTHER))) {
      best = i;
      nearest = distance;
    }
  }
  if (best >= 0) return best;
  nearest = 5;
  for (let i = first; i < run.count && run.time[i] <= timeOf(x + near) + run.longest; i++) {
    const line = isShown(i) && messageLine(i);
    const distance = line ? distanceToLine(x, y, line) : Infinity;
    if (distance < nearest) {
      best = i;
      nearest = distance;
    }
  }
  return best;
}
