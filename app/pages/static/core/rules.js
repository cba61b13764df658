// The rules of the journal, without a browser in them.

/** @import {Change, Entry, Held, Noted} from './types.js' */

const GEN = 2 ** 20; // rev = gen × 2^20 + n
const CHANGES_MOST = 512;
const EVENTS_MOST = 256;
const BYTES_MOST = 59000; // the server takes 64 KB, and so does keepalive

/** @param {number} gen @param {number} highest the highest rev seen, ours or the server's */
export const nextRev = (gen, highest) => Math.max(gen * GEN, highest) + 1;

/** The life of the room under which a gen was given. @param {number} gen */
export const lifeOf = (gen) => Math.floor(gen / 65536);

/** @param {string} at epoch:ms-seq, as numbers */
const parts = (at) => at.split(/[:-]/).map(Number);

/** @param {string} at */
export const epochOf = (at) => parts(at)[0];

/** Has Postgres the log as far as `at`? Ids of different lives say nothing of each other.
 * @param {string} at @param {string} flushed */
export function reached(at, flushed) {
  const [epoch, ms, seq] = parts(at);
  const [flushedEpoch, flushedMs, flushedSeq] = parts(flushed);
  return epoch === flushedEpoch && (ms < flushedMs || (ms === flushedMs && seq <= flushedSeq));
}

/** @param {Iterable<Entry>} entries @returns {Map<string, Change>} */
export function newest(entries) {
  const found = new Map();
  for (const entry of entries) {
    if (entry.item !== undefined && !(found.get(entry.item)?.rev > entry.rev)) {
      found.set(entry.item, entry);
    }
  }
  return found;
}

/** What the server has not acknowledged; of an item only the newest, oldest rev first.
 * @param {Iterable<Entry>} entries @returns {{changes: Change[], events: Noted[]}} */
export function unsent(entries) {
  const all = [...entries];
  const byRev = (/** @type {Entry} */ a, /** @type {Entry} */ b) => a.rev - b.rev;
  return {
    changes: [...newest(all).values()].filter((one) => one.at === null).sort(byRev),
    events: /** @type {Noted[]} */ (
      all.filter((one) => one.item === undefined && one.at === null).sort(byRev)
    ),
  };
}

/** How a change travels under its item. @param {Held} held */
export const given = ({ rev, value, flagged }) =>
  flagged ? { rev, value, flagged } : { rev, value };

/** How an entry travels. @param {Entry} entry */
function said(entry) {
  if (entry.item !== undefined) return { item: entry.item, ...given(entry) };
  const { rev, type, detail } = entry;
  return detail === undefined ? { rev, type } : { rev, type, detail };
}

const encoder = new TextEncoder();

/**
 * The next request: its body (empty for a heartbeat) and the entries in it.
 * @param {{changes: Change[], events: Noted[]}} waiting
 * @param {number} seen highest notice shown, 0 where there is nothing new to say
 * @param {number} [most] entries, where a larger request was refused
 * @returns {{body: string, entries: Entry[]}}
 */
export function pack({ changes, events }, seen, most = Infinity) {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {string[]} */
  const fields = seen ? [`"seen":${seen}`] : [];
  let left = BYTES_MOST;
  for (const [name, list, limit] of /** @type {[string, Entry[], number][]} */ ([
    ['changes', changes, CHANGES_MOST],
    ['events', events, EVENTS_MOST],
  ])) {
    const texts = [];
    for (const entry of list.slice(0, limit)) {
      const text = JSON.stringify(said(entry));
      left -= encoder.encode(text).length + 1;
      if (left < 0 || entries.length >= most) break;
      texts.push(text);
      entries.push(entry);
    }
    if (texts.length) fields.push(`"${name}":[${texts}]`);
  }
  return { body: fields.length ? `{${fields}}` : '', entries };
}

/**
 * When the device may forget: `gone` is in Postgres, or has a newer one of its item there; `again`
 * was acknowledged in an earlier life of the room, which may have lost it.
 * @param {Iterable<Entry>} entries @param {string} flushed
 * @returns {{gone: number[], again: Entry[]}}
 */
export function settle(entries, flushed) {
  const all = [...entries];
  /** @type {Map<string, number>} */
  const safe = new Map();
  const isSafe = (/** @type {Entry} */ one) => one.at !== null && reached(one.at, flushed);
  for (const one of all) {
    if (one.item !== undefined && isSafe(one)) {
      safe.set(one.item, Math.max(one.rev, safe.get(one.item) || 0));
    }
  }
  const isGone = (/** @type {Entry} */ one) =>
    one.item === undefined ? isSafe(one) : one.rev <= (safe.get(one.item) || 0);
  return {
    gone: all.filter(isGone).map((one) => one.rev),
    again: all.filter((one) =>
      !isGone(one) && one.at !== null && epochOf(one.at) < epochOf(flushed)),
  };
}

/** What the server and the device hold, the newest rev of each item.
 * @param {Record<string, Held>} answers @param {Iterable<Entry>} entries
 * @returns {Record<string, Held>} */
export function merge(answers, entries) {
  const merged = { ...answers };
  for (const { item, rev, value, flagged } of newest(entries).values()) {
    if (!(merged[item]?.rev > rev)) merged[item] = { rev, value, flagged };
  }
  return merged;
}

/** Two sides' answers; where both have a rev, the second's.
 * @param {Record<string, Held>} ours @param {Record<string, Held>} theirs */
export function newer(ours, theirs) {
  const merged = { ...ours };
  for (const [item, held] of Object.entries(theirs)) {
    if (!(merged[item]?.rev > held.rev)) merged[item] = held;
  }
  return merged;
}

/** How long to wait after the n-th failure, in ms: at random, so that nobody comes in step.
 * @param {number} tries @param {number|null} retryMs what the server asked for
 * @param {() => number} [random] */
export function backoff(tries, retryMs, random = Math.random) {
  const least = Math.min(retryMs || 0, 60000);
  return Math.round(least + 500 + random() * (Math.min(30000, 1000 * 2 ** tries) - 500));
}

/** How far time went on. `performance.now` may stand still while a device sleeps, the wall clock
 * may be set: the larger of both, where the wall clock's is possible at all.
 * @param {number} mono @param {number} wall ms that each of the clocks went on */
export const advance = (mono, wall) => (wall > mono && wall < 864e5 ? wall : Math.max(mono, 0));
