// Outages on the board: calm bands above everything, asked for while the board has news.
import { call } from '../../core/api.js';
import { announce, h } from '../../kit/dom.js';
import { outageBand, title } from './outage.js';
import { count } from './words.js';

/** @import { Outage } from './outage.js' */
/** @import { Feed } from './feed.js' */
/** @import { People } from './people.js' */

const LOOK = 2000;
const EACH = 15000; // ms between askings …
const SOON = 5000; // … when more or fewer are silent than before: the server looks no more often
const OLD = 30 * 60000; // what ended longer ago, or is settled, folds away

/** @param {string} event @param {Feed} feed @param {People} people @param {boolean} chief
 * @returns {HTMLElement} */
export function outages(event, feed, people, chief) {
  const path = `/staff/events/${encodeURIComponent(event)}/outages`;
  const now = () => feed.now();
  const nameOf = (/** @type {string} */ sitting) => (people.all.get(sitting) || { name: '' }).name;
  const fresh = h('div', { class: 'stack' });
  const summary = h('summary');
  const before = h('div', { class: 'stack' });
  const folded = h('details', { hidden: true }, summary, before);
  const el = h('section', { class: 'outages', 'aria-label': 'Gangguan', hidden: true }, fresh, folded);
  /** @type {Map<string, ReturnType<typeof outageBand>>} */
  const bands = new Map();
  let askedAt = -EACH;
  let silent = 0;
  let asking = false;

  /** @param {Outage} outage */
  const isOver = ({ to, credited, waiting }) => to !== null && (now() - to > OLD || (credited && !waiting));

  /** The same outage may go by another name once more of it is known. @param {Outage} outage */
  function bandOf(outage) {
    let band = bands.get(outage.id);
    if (!band && outage.cause === 'network') {
      for (const [id, other] of bands) {
        if (!other.sittings.some((one) => outage.sittings.includes(one)) || stands.has(id)) continue;
        band = other;
        bands.delete(id);
        break;
      }
    }
    if (!band) {
      band = outageBand(event, outage, { chief, now, nameOf, changed: ask });
      if (outage.to === null) announce(title(outage));
    }
    bands.set(outage.id, band);
    return band;
  }

  /** @type {Set<string>} */
  let stands = new Set();
  /** @param {Outage[]} all */
  function draw(all) {
    stands = new Set(all.map(({ id }) => id));
    /** @type {HTMLElement[]} */
    const above = [];
    /** @type {HTMLElement[]} */
    const below = [];
    for (const outage of all) {
      const band = bandOf(outage);
      band.update(outage);
      // What somebody is about to confirm stays where it is.
      const held = band.el.contains(document.activeElement) && fresh.contains(band.el);
      (isOver(outage) && !held ? below : above).push(band.el);
    }
    for (const id of bands.keys()) if (!stands.has(id)) bands.delete(id);
    place(fresh, above);
    place(before, below);
    summary.textContent = `Gangguan sebelumnya (${count(below.length)})`;
    folded.hidden = !below.length;
    el.hidden = !all.length;
  }

  async function ask() {
    if (asking || feed.ended) return;
    asking = true;
    askedAt = performance.now();
    try {
      draw((await call('GET', path, undefined, { cache: 'no-store', timeoutMs: EACH })).outages);
    } catch { /* the board says itself how its connection stands */ }
    asking = false;
  }

  setInterval(() => {
    if (!feed.at || document.hidden) return;
    const lost = people.list.reduce((n, { group }) => n + Number(group === 'lost'), 0);
    const since = performance.now() - askedAt;
    if (since < EACH && (lost === silent || since < SOON)) return;
    silent = lost;
    ask();
  }, LOOK);
  return el;
}

/** Let these be the children; what stands there already is not moved, so that it keeps the focus.
 * @param {HTMLElement} parent @param {HTMLElement[]} children */
function place(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(/** @type {HTMLElement} */ (child))) child.remove();
  children.forEach((child, n) => {
    if (parent.children[n] !== child) parent.insertBefore(child, parent.children[n] || null);
  });
}
