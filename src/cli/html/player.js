/*
 * player.js: hands and eyes: buttons, keys, the mouse, and the drawing of what has changed.
 *
 * Nothing is drawn where it is changed: a change asks for a drawing, and the browser's next frame
 * does all of them. The keys are those of the window of Ringside.
 */

const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
const CALM_SECONDS = 0.5; /* without movement the moment jumps this often */

/* --- drawing -------------------------------------------------------------------------------- */

let isDrawingDue = false, lastFrame = 0, wasPlaying = false;

function askForDrawing() {
  if (isDrawingDue) return;
  isDrawingDue = true;
  requestAnimationFrame(drawFrame);
}

function drawFrame(now) {
  isDrawingDue = false;
  if (!wasPlaying) lastFrame = now;
  wasPlaying = clock.isPlaying;
  const seconds = (now - lastFrame) / 1000;
  if (clock.isPlaying && seconds > (calm.matches ? CALM_SECONDS : 0)) {
    lastFrame = now;
    passSeconds(Math.min(seconds, 1));
  }
  drawDiagram();
  drawOverview();
  keepAddress();
  if (clock.isPlaying) askForDrawing();
}

function showMoment() {
  const now = lastOfStep(clock.step);
  byId('moment').textContent =
    `${timeText(clock.time, 6)}, step ${clock.step} of ${run.lastStep}`;
  byId('step').value = clock.step;
  byId('step').setAttribute('aria-valuetext', `step ${clock.step}, ${timeText(clock.time, 6)}`);
  byId('now').textContent = now < 0 ? 'There is no record in this page.' : sentenceOf(now);
  byId('now').setAttribute('aria-live', clock.isPlaying ? 'off' : 'polite');
  byId('play').textContent = clock.isPlaying ? 'Pause' : 'Play';
  const speed = speedNow();
  byId('speed').textContent = speed < 1 ? `1/${Math.round(1 / speed)} x` : `${speed} x`;
  followClock(!calm.matches);
  showNodes();
  if (!clock.isPlaying || rowOf(now) * ROW > log.scrollTop + log.clientHeight - 2 * ROW)
    scrollLogTo(Math.max(0, now));
  showLog();
  askForDrawing();
}

/* --- commands ------------------------------------------------------------------------------- */

function selectBy(direction) {
  const here = diagram.selected >= 0 ? rowOf(diagram.selected) : rowOf(lastOfStep(clock.step));
  const start = diagram.selected < 0 && direction < 0 ? here + 1 : here;
  const row = Math.min(shownCount() - 1, Math.max(0, start + direction));
  if (shownCount() > 0) select(shownAt(row));
}

function selectCause() {
  const from = diagram.selected >= 0 ? diagram.selected : lastOfStep(clock.step);
  if (from < 0) return;
  if (diagram.selected < 0) select(from);
  else if (run.cause[from] >= 0) select(run.cause[from]);
}

function goToSelected() {
  if (diagram.selected >= 0) goToRecord(diagram.selected);
}

function applyFilter() {
  setFilter(byId('filter').value);
  byId('matches').textContent = filter.list ? `${filter.list.length} of ${run.count}` : '';
  diagram.isBaseOld = true;
  scrollLogTo(Math.max(0, lastOfStep(clock.step)));
  showLog();
  askForDrawing();
}

/* key, the button that does the same or null, what it does, how. */
const COMMANDS = [
  [' ', 'play', 'play or pause', () => setPlaying(!clock.isPlaying)],
  ['ArrowRight', 'forward', 'one step forward', () => goToStep(clock.step + 1)],
  ['ArrowLeft', 'back', 'one step back', () => goToStep(clock.step - 1)],
  ['Home', 'start', 'to the beginning', () => goToStep(run.firstStep)],
  ['End', 'end', 'to the end', () => goToTime(run.to)],
  ['.', 'next', 'next fault, cure or failed operation', () => goToHeadline(1)],
  [',', 'previous', 'the one before', () => goToHeadline(-1)],
  ['[', 'slower', 'slower', () => changeSpeed(-1)],
  [']', 'faster', 'faster', () => changeSpeed(1)],
  ['+', 'closer', 'a shorter stretch of time', () => zoomAt(zoomCentre(), 1 / 1.5)],
  ['-', 'wider', 'a longer stretch of time', () => zoomAt(zoomCentre(), 1.5)],
  ['0', 'whole', 'the whole run', () => showStretch(run.from, run.to)],
  ['1', null, 'the stretch around this moment', () => followClock(false)],
  ['ArrowDown', null, 'select the record after', () => selectBy(1)],
  ['ArrowUp', null, 'select the record before', () => selectBy(-1)],
  ['Enter', null, 'go to the selected record', goToSelected],
  ['w', null, 'why? the record that caused the selected one', selectCause],
  ['Escape', null, 'select nothing', () => select(-1)],
  ['/', null, 'filter', () => byId('filter').focus()],
  ['?', 'help', 'these keys', () => byId('keys').showModal()],
];

const KEY_NAMES = { ' ': 'Space', ArrowRight: 'Right', ArrowLeft: 'Left', ArrowDown: 'Down',
                    ArrowUp: 'Up', Escape: 'Esc', w: 'W' };

/* Around the moment when it is in sight. */
function zoomCentre() {
  const x = xOf(clock.time);
  return x >= LABELS && x <= diagram.width ? x : (LABELS + diagram.width) / 2;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('keys').open) return;
  const at = event.target, isTyping = at.tagName === 'INPUT' && at.type !== 'range';
  if (isTyping) {
    if (event.key === 'Escape' || event.key === 'Enter') at.blur();
    return;
  }
  /* A button takes Space and Enter, the slider takes what moves it. */
  if (at.tagName === 'BUTTON' && (event.key === ' ' || event.key === 'Enter')) return;
  if (at.type === 'range' && /^(Arrow|Page|Home|End)/.test(event.key)) return;
  const typed = event.key === '=' ? '+' : event.key;
  const key = typed.length === 1 ? typed.toLowerCase() : typed;
  const command = COMMANDS.find(([name]) => name === key);
  if (!command) return;
  event.preventDefault();
  command[3]();
}

function buildCommands() {
  const table = byId('key-list');
  for (const [key, button, meaning, run] of COMMANDS) {
    const name = KEY_NAMES[key] || key, row = element('tr');
    row.append(element('td', name), element('td', meaning));
    table.append(row);
    if (!button) continue;
    byId(button).addEventListener('click', run);
    byId(button).title = `${meaning} (${name})`;
  }
  document.addEventListener('keydown', onKey);
  byId('step').min = run.firstStep;
  byId('step').max = run.lastStep;
  byId('step').addEventListener('input', () => goToStep(Number(byId('step').value)));
  byId('filter').addEventListener('input', applyFilter);
}

/* --- the mouse on the diagram --------------------------------------------------------------- */

function buildPointer() {
  const canvas = diagram.canvas;
  let held = null;
  canvas.addEventListener('pointerdown', (event) => {
    held = { x: event.offsetX, moved: 0 };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (held) {
      const by = held.x - event.offsetX;
      held.moved += Math.abs(by);
      held.x = event.offsetX;
      if (held.moved > 4) panBy(by);
      return;
    }
    const record = recordAt(event.offsetX, event.offsetY);
    canvas.title = record < 0 ? '' : recordLine(record);
  });
  canvas.addEventListener('pointerup', (event) => {
    if (held && held.moved <= 4) {
      const record = recordAt(event.offsetX, event.offsetY);
      if (record >= 0) select(record);
      else if (event.offsetX > LABELS) goToTime(timeOf(event.offsetX));
    }
    held = null;
  });
  canvas.addEventListener('pointercancel', () => { held = null; });
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      panBy(event.deltaX || event.deltaY);
    else zoomAt(event.offsetX, event.deltaY > 0 ? 1.2 : 1 / 1.2);
  }, { passive: false });
}

/* --- the beginning -------------------------------------------------------------------------- */

function buildHead() {
  byId('name').textContent = run.scenario;
  byId('title').textContent = run.title;
  byId('story').textContent = run.story;
  byId('seed').textContent = `seed ${run.seed}`;
  byId('digest').textContent =
    `${run.steps} events, ${run.records_of_run} trace records, digest ${run.digest}`;
  if (run.count === run.records_of_run) return;
  const from = timeText(run.from, 6), to = timeText(run.time[run.count - 1] || 0, 6);
  byId('part').textContent = ` (${run.count} of them, ${from} to ${to}, are in this page)`;
}

function begin() {
  buildHead();
  buildNodes();
  buildChecks();
  buildLog();
  buildCommands();
  buildPointer();
  buildOverview();
  readPalette();
  measureDiagram();
  showBeginning();
  clock.changed = showMoment;
  diagram.changed = askForDrawing;
  new ResizeObserver(() => {
    measureDiagram();
    showLog();
    askForDrawing();
  }).observe(diagram.canvas);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    readPalette();
    diagram.isBaseOld = true;
    askForDrawing();
  });
  showSelected();
  showMoment();
  followAddress();
  window.addEventListener('hashchange', followAddress);
}

begin();

/* For whoever tests the page, or asks it something from the browser's console. */
window.ringside = {
  run, clock, diagram, filter, sentenceOf, chainOf, lastOfStep, timeOfStep, nodeAtStep, cutsAtStep,
  recordAt, xOf, yOf, goToStep, select, drawDiagram,
};
