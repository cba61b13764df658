// What the overview and the units board count, from the rows alone. Pure: no page in here.

/** @import { Person } from './types.js' */

const MINUTE = 60000;
const FIFTHS = 5;
const MOST = 0.9;
const LINES = 12; // of a table that is read, not searched
const STEPS = [1, 5, 10, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * MINUTE);

/** Is somebody at work, connected or not? @param {Person} person */
export const isAtWork = ({ group }) => group === 'working' || group === 'lost' || group === 'paused';

/** The words of `spread`'s places. */
export const SHARES = ['0–19 %', '20–39 %', '40–59 %', '60–79 %', '80–99 %', '100 %'];

/** How many of who is at work have answered how much: fifths, and all.
 * @param {Person[]} people @param {number} items @returns {number[]} */
export function spread(people, items) {
  const counts = SHARES.map(() => 0);
  for (const person of people) {
    if (isAtWork(person)) counts[items ? Math.min(FIFTHS, Math.floor((FIFTHS * person.answered) / items)) : 0] += 1;
  }
  return counts;
}

/** How many had begun, and how many were done, at the end of each step of time: the whole of it in
 * at most so many steps, the last one ends after `at`.
 * @param {Person[]} people @param {number} at @param {number} [most]
 * @returns {{from: number, times: number[], begun: number[], done: number[]}} in ms since 1970;
 *   `from`: when the first step began */
export function course(people, at, most = LINES) {
  const starts = people.map((one) => one.started_at).filter(Boolean);
  const seals = people.filter((one) => one.group === 'done').map((one) => one.sealed_at).filter(Boolean);
  const first = Math.min(starts.reduce((a, b) => Math.min(a, b), Infinity),
    seals.reduce((a, b) => Math.min(a, b), Infinity));
  if (first === Infinity) return { from: at, times: [], begun: [], done: [] };
  const last = Math.max(first, at);
  const stepsOf = (/** @type {number} */ size) => Math.floor(last / size) - Math.floor(first / size) + 1;
  const step = STEPS.find((size) => stepsOf(size) <= most) || STEPS[STEPS.length - 1];
  const from = Math.floor(first / step);
  const times = Array.from({ length: stepsOf(step) }, (_, n) => (from + n + 1) * step);
  /** @param {number[]} moments */
  const upTo = (moments) => {
    const counts = times.map(() => 0);
    for (const ms of moments) counts[Math.min(times.length - 1, Math.floor(ms / step) - from)] += 1;
    let sum = 0;
    return counts.map((n) => (sum += n));
  };
  return { from: from * step, times, begun: upTo(starts), done: upTo(seals) };
}

/** When somebody at work will be done: the items left at their own pace so far, never after the
 * deadline. Who has answered nothing has no pace: then it is the deadline.
 * @param {Person} person @param {number} items @param {number} at ms since 1970, as the result */
export function finishOf({ state, answered, started_at, deadline, left_ms }, items, at) {
  const end = Math.max(at, state === 'paused' ? at + left_ms : deadline);
  if (!answered) return end;
  const pace = Math.max(0, at - started_at) / answered;
  return Math.min(end, at + pace * Math.max(0, items - answered));
}

/** @typedef {{target: number, arrived: number, working: number, done: number, missing: number,
 *   yet: number, most: number, finish: number}} Line
 *   `yet`: may still begin · `most`, `finish`: when nine of ten, and all, of who is at
 *   work will be done, in ms since 1970; 0 where nobody is */

/** What there is to say of each unit. @param {Person[]} people @param {number} items
 * @param {number} at @returns {Map<number, Line>} */
export function linesOf(people, items, at) {
  /** @type {Map<number, Line>} */
  const lines = new Map();
  /** @type {Map<number, number[]>} */
  const ends = new Map();
  for (const person of people) {
    const { unit, group } = person;
    let line = lines.get(unit);
    if (!line) {
      lines.set(unit, line = { target: 0, arrived: 0, working: 0, done: 0, missing: 0, yet: 0, most: 0, finish: 0 });
      ends.set(unit, []);
    }
    line.target += 1;
    if (group === 'awaited' || group === 'absent') line.missing += 1;
    else line.arrived += 1;
    if (group === 'ready' || group === 'awaited') line.yet += 1;
    if (group === 'done') line.done += 1;
    if (isAtWork(person)) {
      line.working += 1;
      /** @type {number[]} */ (ends.get(unit)).push(finishOf(person, items, at));
    }
  }
  for (const [unit, moments] of ends) {
    if (!moments.length) continue;
    const line = /** @type {Line} */ (lines.get(unit));
    moments.sort((a, b) => a - b);
    line.most = moments[Math.ceil(MOST * moments.length) - 1];
    line.finish = moments[moments.length - 1];
  }
  return lines;
}
