/*
 * address.js: the moment in the page's own address: page.html#step=59&record=126&filter=n2
 *
 * So that a copied address, a bookmark, or a reload leads back to what was seen. Nothing is sent
 * anywhere: what stands behind # stays in the browser.
 */

let addressTimer = 0;

function addressOfMoment() {
  const parts = [`step=${clock.step}`];
  if (diagram.selected >= 0) parts.push(`record=${run.first + diagram.selected}`);
  if (filter.text) parts.push(`filter=${encodeURIComponent(filter.text)}`);
  return `#${parts.join('&')}`;
}

/* A little later, and not while playing: browsers count how often an address changes. */
function keepAddress() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    if (!clock.isPlaying) history.replaceState(null, '', addressOfMoment());
  }, 400);
}

/* What is no number, or not in this page, is left out. */
function followAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const step = Number(asked.get('step') || NaN);
  const record = Number(asked.get('record') || NaN) - run.first;
  if (asked.get('filter')) {
    byId('filter').value = asked.get('filter');
    applyFilter();
  }
  if (Number.isInteger(step)) goToStep(step);
  if (Number.isInteger(record) && record >= 0 && record < run.count) select(record);
}
