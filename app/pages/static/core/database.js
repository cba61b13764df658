// IndexedDB, where the device lets us: a transaction resolves when it is on disk.

const STORES = ['sittings', 'entries', 'things'];
const OPEN_MS = 4000; // a broken one may never answer, and a tap waits
const WORK_MS = 3000;

/** @type {Promise<IDBDatabase>|null} */
let opening = null;

function open() {
  if (opening) return opening;
  opening = new Promise((resolve, reject) => {
    const timer = setTimeout(reject, OPEN_MS, new Error('IndexedDB does not open'));
    const request = indexedDB.open('serentak', 1); // throws where it is forbidden
    request.onupgradeneeded = () => {
      request.result.createObjectStore('sittings', { keyPath: 'sitting' });
      request.result.createObjectStore('entries', { keyPath: ['sitting', 'rev'] });
      request.result.createObjectStore('things');
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      clearTimeout(timer);
      request.result.onversionchange = request.result.onclose = close;
      resolve(request.result);
    };
  });
  opening.catch(close);
  return opening;
}

/** Drop the connection; the next transaction opens another. */
function close() {
  const old = opening;
  opening = null;
  if (old) old.then((db) => db.close(), () => {});
}

/**
 * Run one transaction over all stores. `work` gets a store by name and a function that keeps the
 * result; rejects when nothing was written.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: (name: string) => IDBObjectStore, keep: (value: T) => void) => void} work
 * @returns {Promise<T>}
 */
export async function transact(mode, work) {
  const db = await open();
  return run(db, mode, work).catch(() => {
    close(); // Safari loses its connection in the background: once more over a new one
    return open().then((other) => run(other, mode, work));
  });
}

/**
 * @template T
 * @param {IDBDatabase} db
 * @param {IDBTransactionMode} mode
 * @param {(store: (name: string) => IDBObjectStore, keep: (value: T) => void) => void} work
 * @returns {Promise<T>}
 */
function run(db, mode, work) {
  return new Promise((resolve, reject) => {
    const tx = db.transaction(STORES, mode, { durability: 'strict' });
    /** @type {any} */
    let value;
    const abort = () => {
      try {
        tx.abort();
      } catch {
        // it has ended
      }
      reject(tx.error || new Error('aborted'));
    };
    const timer = setTimeout(abort, WORK_MS);
    tx.oncomplete = () => {
      clearTimeout(timer);
      resolve(value);
    };
    tx.onabort = () => {
      clearTimeout(timer);
      reject(tx.error || new Error('aborted'));
    };
    try {
      work((name) => tx.objectStore(name), (kept) => {
        value = kept;
      });
    } catch {
      abort();
    }
  });
}

/** The keys of a sitting's entries. @param {string} sitting */
export const entriesOf = (sitting) => IDBKeyRange.bound([sitting, 0], [sitting, Infinity]);

/** Read something small by its name; undefined where nothing is held. @param {string} name */
export const read = (name) =>
  transact('readonly', (store, keep) => {
    const request = store('things').get(name);
    request.onsuccess = () => keep(request.result);
  }).catch(() => undefined);

/** Keep something small; without a database it is forgotten.
 * @param {string} name @param {any} value */
export const write = (name, value) =>
  transact('readwrite', (store) => {
    store('things').put(value, name);
  }).catch(() => {});
