// The rules of the journal, without a browser in them.

/** @import {Change, Entry, Held, Noted} from './types.js' */

const GEN = 2 ** 20; // rev = gen × 2^20 + n
const MOST = { changes: 512, events: 256 };
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
 * @param {string|null} at @param {string} flushed */
function reached(at, flushed) {
  if (at === null) return false;
  const [epoch, ms, seq] = parts(at);
  const [flushedEpoch, flushedMs, flushedSeq] = parts(flushed);
  return epoch === flushedEpoch && (ms < flushedMs || (ms === flushedMs && seq <= flushedSeq));
}

/** @param {Iterable<Entry>} entries @returns {Map<string, Change>} */
export function newest(entries) {
  const found = new Map();
  for (const entry of entries) {
    if (entry.item && !(found.get(entry.item)?.rev > entry.rev)) found.set(entry.item, entry);
  }
  return found;
}

/** What the server has not acknowledged; of an item only the newest, oldest rev first.
 * @param {Iterable<Entry>} entries @returns {{changes: Change[], events: Noted[]}} */
export function unsent(entries) {
  const all = [...entries];
  const waiting = (/** @type {any[]} */ list) =>
    list.filter(({ at }) => at === null).sort((a, b) => a.rev - b.rev);
  return {
    changes: waiting([...newest(all).values()]),
    events: waiting(all.filter(({ item }) => !item)),
  };
}

/** How a change travels under its item. @param {Held} held */
export const given = ({ rev, value, flagged }) => ({ rev, value, ...(flagged && { flagged }) });

/** @param {any} entry */
const said = ({ item, rev, type, detail, ...held }) =>
  item ? { item, ...given({ rev, ...held }) } : { rev, type, detail };

const encoder = new TextEncoder();

/**
 * The next request: its body (empty for a heartbeat) and the entries in it.
 * @param {{changes: Change[], events: Noted[]}} waiting
 * @param {number} seen highest notice shown, 0 where there is nothing new to say
 * @param {number} [most] entries, where a larger request was refused
 * @returns {{body: string, entries: Entry[]}}
 */
export function pack(waiting, seen, most = Infinity) {
  /** @type {Entry[]} */
  const entries = [];
  const fields = seen ? [`"seen":${seen}`] : [];
  let left = BYTES_MOST;
  for (const name of /** @type {const} */ (['changes', 'events'])) {
    const texts = [];
    for (const entry of waiting[name].slice(0, MOST[name])) {
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
  const safe = newest(all.filter(({ at }) => reached(at, flushed)));
  const isGone = (/** @type {Entry} */ { item, rev, at }) =>
    item ? rev <= Number(safe.get(item)?.rev) : reached(at, flushed);
  return {
    gone: all.filter(isGone).map(({ rev }) => rev),
    again: all.filter((one) => one.at !== null && epochOf(one.at) < epochOf(flushed) && !isGone(one)),
  };
}

/** Two sides' answers, the newest rev of each item; where both have it, the second's.
 * @param {Record<string, Held>} ours @param {Record<string, Held>} theirs */
export function newer(ours, theirs) {
  const merged = { ...ours };
  for (const [item, { rev, value, flagged }] of Object.entries(theirs)) {
    if (!(merged[item]?.rev > rev)) merged[item] = { rev, value, flagged };
  }
  return merged;
}

/** What the server and the device hold. @param {Record<string, Held>} answers @param {Iterable<Entry>} entries */
export const merge = (answers, entries) => newer(answers, Object.fromEntries(newest(entries)));

/** How long to wait after the n-th failure, in ms: at random, so that nobody comes in step.
 * @param {number} tries @param {number|null} retryMs what the server asked for */
export const backoff = (tries, retryMs) =>
  Math.min(retryMs || 0, 60000) + 500 + Math.random() * (Math.min(30000, 1000 * 2 ** tries) - 500);

/** How far time went on. `performance.now` may stand still while a device sleeps, the wall clock
 * may be set: the larger of both, where the wall clock's is possible at all.
 * @param {number} mono @param {number} wall ms that each of the clocks went on */
export const advance = (mono, wall) => (wall > mono && wall < 864e5 ? wall : Math.max(mono, 0));
