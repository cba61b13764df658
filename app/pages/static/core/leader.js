// Of the tabs that hold a sitting one sends; the others hear of what it did.

import { transact } from './database.js';

const BEAT_MS = 2000;
const PATIENCE_MS = 7000;

/**
 * Be this sitting's sender as soon as no other tab is. Two that send do no harm, since a rev that
 * comes twice is the same: so a lease serves where there are no locks.
 * @param {string} sitting
 * @param {(leading: boolean) => void} told
 * @returns {() => void} stop
 */
export function lead(sitting, told) {
  let stop = () => {};
  const byLease = () => {
    stop = lease(`lease:${sitting}`, told);
  };
  const hold = () => {
    told(true);
    return new Promise((/** @type {(held: void) => void} */ release) => {
      stop = release;
    });
  };
  if (navigator.locks) navigator.locks.request(`serentak:${sitting}`, hold).catch(byLease);
  else byLease(); // plain http, older browsers
  return () => stop();
}

/** @param {string} name @param {(leading: boolean) => void} told */
function lease(name, told) {
  const tab = Math.random();
  const beat = (/** @type {any} */ leaving) =>
    transact('readwrite', (store, /** @type {(mine: boolean) => void} */ keep) => {
      const things = store('things');
      const asked = things.get(name);
      asked.onsuccess = () => {
        const { by = tab, wall = 0 } = asked.result || {};
        // A dead tab's is old, or of the future where the clock was set back since.
        const mine = by === tab || Math.abs(Date.now() - wall) > PATIENCE_MS;
        if (mine && leaving) things.delete(name);
        else if (mine) things.put({ by: tab, wall: Date.now() }, name);
        keep(mine && !leaving);
      };
    }).then(told, () => told(true));
  const timer = setInterval(beat, BEAT_MS);
  window.addEventListener('pagehide', beat); // an event is something: it leaves
  beat(null);
  return () => {
    clearInterval(timer);
    beat(true);
  };
}

/**
 * Words between the tabs of a sitting.
 * @param {string} sitting
 * @param {(word: string) => void} hear
 * @returns {(word: string) => void} say
 */
export function channel(sitting, hear) {
  const name = `serentak:${sitting}`;
  if (window.BroadcastChannel) {
    const air = new BroadcastChannel(name);
    air.onmessage = ({ data }) => hear(data);
    return (word) => air.postMessage(word);
  }
  // Safari 14: what is written to localStorage is told to the other tabs.
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === name && newValue) hear(newValue.split(' ')[0]);
  });
  return (word) => {
    try {
      localStorage.setItem(name, `${word} ${Math.random()}`);
      localStorage.removeItem(name);
    } catch {
      // each tab by itself, then
    }
  };
}
