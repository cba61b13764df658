// IndexedDB, where the device lets us: a transaction resolves when it is on disk.

const STORES = ['sittings', 'entries', 'things'];
const OPEN_MS = 4000; // a broken one may never answer, and a tap waits
const WORK_MS = 3000;

/**
 * @template T
 * @typedef {(store: (name: string) => IDBObjectStore, keep: (value: T) => void) => void} Work
 */

/** @type {Promise<IDBDatabase>|null} */
let opening = null;

function open() {
  opening = opening || new Promise((resolve, reject) => {
    setTimeout(reject, OPEN_MS, 'IndexedDB does not open');
    const request = indexedDB.open('serentak', 1); // throws where it is forbidden
    request.onupgradeneeded = () => {
      request.result.createObjectStore('sittings', { keyPath: 'sitting' });
      request.result.createObjectStore('entries', { keyPath: ['sitting', 'rev'] });
      request.result.createObjectStore('things');
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onversionchange = close;
      resolve(request.result);
    };
  });
  return opening;
}

function close() {
  const old = opening;
  opening = null;
  if (old) old.then((db) => db.close(), () => {});
}

/**
 * Run one transaction over all stores; `work` gets a store by its name, and what keeps the result.
 * Rejects when nothing was written.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {Work<T>} work may run twice
 * @returns {Promise<T>}
 */
export const transact = (mode, work) =>
  run(mode, work).catch(() => {
    close(); // Safari loses its connection in the background: once more over a new one
    return run(mode, work);
  });

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {Work<T>} work
 * @returns {Promise<T>}
 */
async function run(mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const tx = db.transaction(STORES, mode, { durability: 'strict' });
    /** @type {any} */
    let value;
    const timer = setTimeout(() => {
      try {
        tx.abort();
        reject('late');
      } catch {
        // it has ended in this moment, and says how
      }
    }, WORK_MS);
    tx.oncomplete = () => {
      clearTimeout(timer);
      resolve(value);
    };
    tx.onabort = () => {
      clearTimeout(timer);
      reject(tx.error);
    };
    work((name) => tx.objectStore(name), (kept) => {
      value = kept;
    });
  });
}

/** The keys of a sitting's entries. @param {string} sitting */
export const entriesOf = (sitting) => IDBKeyRange.bound([sitting, 0], [sitting, Infinity]);
