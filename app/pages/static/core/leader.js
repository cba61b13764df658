// Of the tabs that hold a sitting one sends; the others hear of what it did.

import { transact } from './database.js';

const BEAT_MS = 2000;
const PATIENCE_MS = 7000;

/**
 * Be this sitting's sender as soon as no other tab is. Two that send do no harm, since a rev that
 * comes twice is the same; so a lease may be generous.
 * @param {string} sitting
 * @param {(leading: boolean) => void} told
 * @returns {() => void} stop
 */
export function lead(sitting, told) {
  let release = () => {};
  let stopped = false;
  const stop = () => {
    stopped = true;
    release();
  };
  const hold = () =>
    new Promise((/** @type {(held: void) => void} */ resolve) => {
      release = resolve;
      if (stopped) resolve();
      else told(true);
    });
  const byLease = () => {
    release = lease(sitting, told);
    if (stopped) release();
  };
  if (navigator.locks) navigator.locks.request(`serentak:${sitting}`, hold).catch(byLease);
  else byLease(); // plain http, older browsers
  return stop;
}

/** The holder counts on; who sees no counting for a while takes over.
 * @param {string} sitting @param {(leading: boolean) => void} told */
function lease(sitting, told) {
  const tab = Math.random();
  const name = `lease:${sitting}`;
  let leading = false;
  let seen = '';
  let since = 0;
  const tell = (/** @type {boolean} */ now) => {
    if (now !== leading) told((leading = now));
  };
  const beat = () =>
    transact('readwrite', (store, /** @type {(mine: boolean) => void} */ keep) => {
      const asked = store('things').get(name);
      asked.onsuccess = () => {
        const held = asked.result || { tab };
        const mark = `${held.tab}/${held.count}`;
        if (mark !== seen) since = performance.now();
        seen = mark;
        // By our own watch, or by both tabs' wall clock, which shows a dead tab's age at once.
        const isDead = performance.now() - since > PATIENCE_MS
          || Math.abs(Date.now() - held.wall) > PATIENCE_MS;
        const mine = held.tab === tab || isDead;
        if (mine) store('things').put({ tab, count: (held.count || 0) + 1, wall: Date.now() }, name);
        keep(mine);
      };
    }).then(tell, () => tell(true));
  const timer = setInterval(beat, BEAT_MS);
  const stop = () => {
    clearInterval(timer);
    window.removeEventListener('pagehide', leave);
    leave();
  };
  const leave = () => {
    if (!leading) return;
    tell(false); // a page that comes back from the cache asks again at its next beat
    transact('readwrite', (store) => {
      store('things').delete(name);
    }).catch(() => {});
  };
  window.addEventListener('pagehide', leave);
  beat();
  return stop;
}

/**
 * Words between the tabs of a sitting.
 * @param {string} sitting
 * @param {(word: string) => void} hear
 * @returns {{say: (word: string) => void, close: () => void}}
 */
export function channel(sitting, hear) {
  const name = `serentak:${sitting}`;
  if (window.BroadcastChannel) {
    const air = new BroadcastChannel(name);
    air.onmessage = ({ data }) => hear(data);
    return { say: (word) => air.postMessage(word), close: () => air.close() };
  }
  // Safari 14: what is written to localStorage is told to the other tabs.
  const listen = (/** @type {StorageEvent} */ { key, newValue }) => {
    if (key === name && newValue) hear(newValue.split(' ')[0]);
  };
  window.addEventListener('storage', listen);
  return {
    say(word) {
      try {
        localStorage.setItem(name, `${word} ${Math.random()}`);
        localStorage.removeItem(name);
      } catch {
        // each tab by itself, then
      }
    },
    close: () => window.removeEventListener('storage', listen),
  };
}
