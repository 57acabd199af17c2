/*
 * overview.js: the whole run in a strip: its faults, their ends, failed operations and the checks
 * that were decided, with the stretch that the diagram shows and the moment.
 *
 * A click goes there. Whoever has no mouse has the slider, and the keys for the next fault.
 */

const overview = { canvas: byId('overview'), isHeld: false };

function overviewX(time) {
  return 6 + ((time - run.from) / (run.to - run.from || 1)) * (overview.canvas.clientWidth - 12);
}

function overviewTime(x) {
  return run.from + ((x - 6) / (overview.canvas.clientWidth - 12)) * (run.to - run.from);
}

function overviewContext() {
  const { canvas } = overview, scale = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const ctx = canvas.getContext('2d');
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  return ctx;
}

function drawOverviewMarks(ctx, y) {
  const sieve = makeSieve();
  for (const record of run.headlines) {
    const x = overviewX(run.time[record]);
    if (!sieve(run.cls[record], x / 4, 0, 0)) continue;
    ctx.fillStyle = ctx.strokeStyle = markColour(record);
    ctx.lineWidth = 1.5;
    if (run.cls[record] === CURE) drawTriangle(ctx, x, y, 3.5);
    else if (run.cls[record] === BROKEN) drawBang(ctx, x, y, 4);
    else if (run.cls[record] === TOLD) ctx.fillRect(x - 2, y - 2, 4, 4);
    else drawCross(ctx, x, y, 3.5);
  }
}

/* A flag where a check was decided before the end: filled when it is violated. */
function drawOverviewChecks(ctx, height) {
  for (const check of run.checks) {
    if (check.step === 0 || check.time < run.from || check.time > run.to) continue;
    const x = overviewX(check.time);
    ctx.fillStyle = ctx.strokeStyle = check.verdict === 'violated' ? palette.bad : palette.good;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.moveTo(x, height);
    ctx.lineTo(x, 1);
    ctx.lineTo(x + 7, 4);
    ctx.lineTo(x, 7);
    if (check.verdict === 'violated') ctx.fill();
    ctx.stroke();
  }
}

function drawOverview() {
  const ctx = overviewContext(), width = overview.canvas.clientWidth;
  const height = overview.canvas.clientHeight, left = overviewX(diagram.from);
  ctx.clearRect(0, 0, width, height);
  ctx.fillStyle = palette.line;
  ctx.fillRect(left, 0, Math.max(2, overviewX(diagram.to) - left), height);
  ctx.fillRect(6, height / 2 - 0.5, width - 12, 1);
  drawOverviewMarks(ctx, height / 2);
  drawOverviewChecks(ctx, height);
  ctx.fillStyle = palette.warn;
  ctx.fillRect(overviewX(clock.time) - 1, 0, 2, height);
}

function buildOverview() {
  const { canvas } = overview;
  canvas.addEventListener('pointerdown', (event) => {
    overview.isHeld = true;
    canvas.setPointerCapture(event.pointerId);
    goToTime(overviewTime(event.offsetX));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (overview.isHeld) goToTime(overviewTime(event.offsetX));
  });
  for (const name of ['pointerup', 'pointercancel'])
    canvas.addEventListener(name, () => { overview.isHeld = false; });
}
