/*
 * panels.js: what stands beside the diagram, as text: the nodes, the checks, the record that is
 * selected with what led to it, and the log.
 *
 * The log has a row for every record. Only those in sight are elements; the others are room.
 * Everything is put in as text, never as markup: a scenario may hold any character.
 */

const ROW = 22; /* pixels */

const byId = (id) => document.getElementById(id);

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/* --- nodes ---------------------------------------------------------------------------------- */

const STATE_MARKS = {
  up: '●', down: '✕', paused: '‖', starting: '◌', recovering: '◔', refused: '!',
};

const nodeCells = [];

function clockText(milliseconds) {
  return milliseconds === 0 ? '0' : `${milliseconds > 0 ? '+' : ''}${milliseconds / 1000} s`;
}

function buildNodes() {
  const body = byId('nodes');
  for (let node = 0; node < run.nodes; node++) {
    const row = element('tr');
    row.append(element('th', run.lanes[node], { scope: 'row' }));
    const cells = run.whats.map(() => element('td'));
    row.append(...cells);
    body.append(row);
    nodeCells.push(cells);
  }
}

function cutsText(cuts) {
  const more = cuts.length > 12 ? `, and ${cuts.length - 12} more` : '';
  return cuts.length === 0 ? 'No link is cut.' : `Cut: ${cuts.slice(0, 12).join(', ')}${more}.`;
}

function showNodes() {
  nodeCells.forEach((cells, node) => run.whats.forEach((what, i) => {
    const value = nodeAtStep(node, what, clock.step);
    let text = String(value);
    if (what === 'state') text = `${STATE_MARKS[run.states[value]]} ${run.states[value]}`;
    if (what === 'clock') text = clockText(value);
    if (cells[i].textContent !== text) cells[i].textContent = text;
    if (what === 'state') cells[i].className = run.states[value];
  }));
  byId('cuts').textContent = cutsText(cutsAtStep(clock.step));
}

/* --- checks --------------------------------------------------------------------------------- */

const VERDICT_MARKS = { holds: '✓ holds', violated: '✕ fails', unknown: '? unknown' };

/* What the report of the run tells of a check that failed; while it is open, it is highlighted. */
function buildStory(check) {
  const records = check.story.map((number) => number - run.first)
    .filter((i) => i >= 0 && i < run.count);
  if (records.length === 0) return [];
  const details = element('details'), list = element('ol');
  for (const record of records) {
    const item = element('li'), button = element('button', recordLine(record), { type: 'button' });
    button.addEventListener('click', () => select(record));
    item.append(button);
    list.append(item);
  }
  details.append(element('summary', 'How it came about'), list);
  details.addEventListener('toggle', () => highlight(details.open ? records : []));
  return [details];
}

function buildChecks() {
  const list = byId('checks');
  for (const check of run.checks) {
    const item = element('li');
    const verdict = element('b', VERDICT_MARKS[check.verdict], { class: check.verdict });
    item.append(verdict, ` ${check.name}`);
    if (check.expected_to_fail) item.append(' (expected to fail)');
    if (check.text && check.text !== check.name) item.append(element('p', check.text));
    if (check.step > 0) {
      const button = element('button', `to step ${check.step}`, { type: 'button' });
      button.addEventListener('click', () => goToStep(check.step));
      item.append(button);
    }
    item.append(...buildStory(check));
    list.append(item);
  }
  if (run.checks.length === 0) list.append(element('li', 'The scenario has no checks.'));
}

/* --- the selected record -------------------------------------------------------------------- */

/* With the time cut to microseconds, as ringside run -v writes it. */
function recordLine(record) {
  return `${(Math.floor(run.time[record] / 1e3) / 1e6).toFixed(6)} ${sentenceOf(record)}`;
}

function showSelected() {
  const chain = byId('chain'), none = diagram.selected < 0;
  byId('record').textContent = none
    ? 'No record is selected: click one in the diagram or in the log.'
    : `Record ${run.first + diagram.selected}, step ${run.step[diagram.selected]}: ` +
      sentenceOf(diagram.selected);
  byId('why').hidden = none;
  chain.replaceChildren();
  for (const record of none ? [] : diagram.chain.slice(1, 200)) {
    const item = element('li'), button = element('button', recordLine(record), { type: 'button' });
    button.addEventListener('click', () => select(record));
    item.append(button);
    chain.append(item);
  }
  if (!none && diagram.chain.length === 1)
    chain.append(element('li', 'Nothing in this page caused it: it is where it began.'));
}

function highlight(records) {
  diagram.selected = -1;
  diagram.chain = records;
  showSelected();
  showLog();
  diagram.changed();
}

function select(record) {
  diagram.selected = record;
  diagram.chain = record < 0 ? [] : chainOf(record);
  showSelected();
  if (record >= 0) {
    const time = run.time[record];
    if (time < diagram.from || time > diagram.to) {
      const span = diagram.to - diagram.from;
      showStretch(time - span / 2, time + span / 2);
    }
    scrollLogTo(record);
  }
  showLog();
  diagram.changed();
}

/* --- the log -------------------------------------------------------------------------------- */

const log = byId('log'), logRoom = byId('log-room');

function rowsInSight() {
  return Math.max(1, Math.floor(log.clientHeight / ROW));
}

function scrollLogTo(record) {
  const row = Math.max(0, rowOf(record)), top = row * ROW;
  if (top < log.scrollTop || top + ROW > log.scrollTop + log.clientHeight)
    log.scrollTop = top - (rowsInSight() - 2) * ROW;
}

function logRow(row) {
  const record = shownAt(row), now = lastOfStep(clock.step);
  const made = element('div', recordLine(record), {
    role: 'option', id: `row-${record}`, 'aria-setsize': shownCount(), 'aria-posinset': row + 1,
    'aria-selected': String(record === diagram.selected),
  });
  made.style.top = `${row * ROW}px`;
  made.dataset.record = record;
  if (record === now) made.classList.add('now');
  if (record > now) made.classList.add('to-come');
  if (diagram.chain.includes(record)) made.classList.add('in-chain');
  if (run.isHeadline[record]) made.classList.add('headline');
  return made;
}

function showLog() {
  const first = Math.max(0, Math.floor(log.scrollTop / ROW) - 2);
  const last = Math.min(shownCount(), first + rowsInSight() + 5), rows = [];
  for (let row = first; row < last; row++) rows.push(logRow(row));
  logRoom.style.height = `${shownCount() * ROW}px`;
  logRoom.replaceChildren(...rows);
  const chosen = byId(`row-${diagram.selected}`);
  if (chosen) log.setAttribute('aria-activedescendant', chosen.id);
  else log.removeAttribute('aria-activedescendant');
}

function buildLog() {
  log.addEventListener('scroll', showLog);
  log.addEventListener('click', (event) => {
    const row = event.target.closest('[data-record]');
    if (row) select(Number(row.dataset.record));
  });
  log.addEventListener('dblclick', (event) => {
    const row = event.target.closest('[data-record]');
    if (row) goToRecord(Number(row.dataset.record));
  });
}
