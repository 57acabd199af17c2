/*
 * filter.js: which records somebody wants to see.
 *
 * Words with spaces between them; a record matches when each word stands in its actor's name, its
 * kind or its sentence. "n2 crash" finds the crashes of n2. No words: every record matches.
 */

const filter = { text: '', matches: null, list: null };

let searchTexts = null; /* made at the first search: a tenth of a second for 100,000 records */

function searchTextOf(record) {
  const actor = run.names[run.actor[record]], kind = run.kinds[run.kind[record]].name;
  return `${actor} ${kind} ${sentenceOf(record)}`.toLowerCase();
}

function setFilter(text) {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  filter.text = text;
  filter.matches = filter.list = null;
  if (words.length === 0) return;
  if (!searchTexts) searchTexts = Array.from({ length: run.count }, (_, i) => searchTextOf(i));
  filter.matches = new Uint8Array(run.count);
  for (let i = 0; i < run.count; i++)
    filter.matches[i] = words.every((word) => searchTexts[i].includes(word)) ? 1 : 0;
  filter.list = Int32Array.from(filter.matches.keys()).filter((i) => filter.matches[i]);
}

function isShown(record) {
  return !filter.matches || filter.matches[record] === 1;
}

/* How many rows the log has, and the record of a row. */
function shownCount() {
  return filter.list ? filter.list.length : run.count;
}

function shownAt(row) {
  return filter.list ? filter.list[row] : row;
}

/* The last row whose record is not after this one; -1 when all are. */
function rowOf(record) {
  return filter.list ? countUpTo(filter.list, record) - 1 : record;
}
