/*
 * clock.js: the moment that is shown, and how it moves.
 *
 * A moment is a step of the run, and a time from that step on and before the next one: while the
 * page plays, time passes between steps too. Whoever shows the moment is told when it changes.
 */

const clock = {
  step: run.firstStep,
  time: run.from,
  isPlaying: false,
  speedStep: -6, /* 1, 2, 5, 10 ...: three a decade; 0 is as fast as the wall clock */
  changed: () => {},
};

function speedNow() {
  const decade = Math.floor(clock.speedStep / 3);
  return [1, 2, 5][clock.speedStep - 3 * decade] * 10 ** decade;
}

function changeSpeed(by) {
  clock.speedStep = Math.min(6, Math.max(-18, clock.speedStep + by));
  clock.changed();
}

function setPlaying(isPlaying) {
  clock.isPlaying = isPlaying;
  if (isPlaying && clock.time >= run.to) goToStep(run.firstStep, true);
  clock.changed();
}

/* `isPlaying` keeps it playing; anything else that moves the moment stops it. */
function goToStep(step, isPlaying = false) {
  clock.isPlaying = isPlaying;
  clock.step = Math.min(run.lastStep, Math.max(run.firstStep, step));
  clock.time = timeOfStep(clock.step);
  clock.changed();
}

function goToTime(time, isPlaying = false) {
  clock.isPlaying = isPlaying;
  clock.time = Math.min(run.to, Math.max(run.from, time));
  clock.step = stepAtTime(clock.time);
  clock.changed();
}

function goToRecord(record) {
  goToStep(run.step[record]);
}

/* The next record of interest after the present step, or the last one before it. */
function goToHeadline(direction) {
  const here = clock.step;
  const before = run.headlines.filter((i) => run.step[i] < here);
  const after = run.headlines.filter((i) => run.step[i] > here);
  const found = direction > 0 ? after[0] : before[before.length - 1];
  if (found === undefined) return false;
  goToRecord(found);
  return true;
}

/* Seconds of the wall clock have passed. */
function passSeconds(seconds) {
  const time = clock.time + seconds * speedNow() * 1e9;
  goToTime(time, time < run.to);
}
