// One sitting's journal on this device. What is in it survives reload, kill and a day offline.
// Where the device refuses to keep it, the page's memory does, and `durable` says so.

import { entriesOf, transact } from './database.js';
import { epochOf, lifeOf, merge, newer, newest, nextRev, settle, unsent } from './rules.js';

/** @import {Change, Entry, FormDoc, FullSitting, Held, Receipt, Result, SittingRecord, State, Times} from './types.js' */
/** @typedef {{record: SittingRecord|null, put?: Entry[], drop?: number[]}} Changed */

const AGAIN_MS = 10000; // how soon a database that failed is tried again
const APART = 1000;

/** @param {State} state */
export const isSealed = (state) => state === 'sealed' || state === 'recorded';

/** The sitting was left on this device, in another tab. */
export class Left extends Error {}

export class Journal {
  /** @param {string} sitting @param {() => void} [tell] called after each change on this device */
  constructor(sitting, tell = () => {}) {
    this.sitting = sitting;
    this.tell = tell;
    this.record = /** @type {SittingRecord|null} */ (null);
    this.entries = /** @type {Map<number, Entry>} */ (new Map());
    this.form = /** @type {FormDoc|null} */ (null);
    this.durable = true;
    this.failedAt = -Infinity;
    this.turns = /** @type {Promise<any>} */ (Promise.resolve());
  }

  /** One after the other, so that each sees what the one before it did.
   * @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  inTurn(work) {
    const done = this.turns.then(work);
    this.turns = done.catch(() => {});
    return done;
  }

  /** Read what stands; memory that the database could not take is ahead of it. */
  load() {
    return this.inTurn(async () => {
      if (!this.durable) return;
      const id = this.sitting;
      try {
        const found = await transact('readonly', (store, keep) => {
          const asked = [
            store('sittings').get(id),
            store('entries').getAll(entriesOf(id)),
            store('things').get(`form:${id}`),
            store('things').get(`left:${id}`),
          ];
          asked[3].onsuccess = () => keep(asked.map((one) => one.result));
        });
        const [record, entries, form, left] = /** @type {any[]} */ (found);
        if (left && this.record) throw new Left();
        if (!record) return; // or the browser has thrown it away: the next change puts it back
        this.record = record;
        this.entries = new Map(entries.map((/** @type {Entry} */ one) => [one.rev, one]));
        this.form = form || this.form;
      } catch (error) {
        if (error instanceof Left) throw error;
        this.fail();
      }
    });
  }

  fail() {
    this.durable = false;
    this.failedAt = performance.now();
  }

  /**
   * Change record and entries in one transaction; resolves when it is on disk, or in memory where
   * the disk refuses. `work` may run twice.
   * @template {Changed} C
   * @param {(record: SittingRecord|null) => C} work gets a copy that it may change
   * @returns {Promise<C>}
   */
  change(work) {
    return this.inTurn(async () => {
      const changed = await this.written(work) || work(copy(this.record));
      this.record = changed.record;
      for (const rev of changed.drop || []) this.entries.delete(rev);
      for (const entry of changed.put || []) this.entries.set(entry.rev, entry);
      this.tell();
      return changed;
    });
  }

  /** @template {Changed} C @param {(record: SittingRecord|null) => C} work */
  async written(work) {
    if (!this.durable && performance.now() - this.failedAt < AGAIN_MS) return null;
    const id = this.sitting;
    try {
      const changed = await transact('readwrite', (store, /** @type {(done: C|null) => void} */ keep) => {
        const left = store('things').get(`left:${id}`);
        const asked = store('sittings').get(id);
        asked.onsuccess = () => {
          if (this.record && left.result) return keep(null);
          const isBehind = this.record && (!this.durable || !asked.result);
          const record = isBehind ? ahead(this.record, asked.result) : asked.result || null;
          const done = work(record);
          store('sittings').put(done.record);
          if (isBehind) this.entries.forEach((entry) => store('entries').put(entry));
          if (isBehind && this.form) store('things').put(this.form, `form:${id}`);
          for (const rev of done.drop || []) store('entries').delete([id, rev]);
          for (const entry of done.put || []) store('entries').put(entry);
          return keep(done);
        };
      });
      if (!changed) throw new Left();
      this.durable = true;
      return changed;
    } catch (error) {
      if (error instanceof Left) throw error;
      this.fail();
      return null;
    }
  }

  /** A tap: the rev is counted in the transaction that writes it.
   * @param {string} item @param {(now: {value: any, flagged: boolean}) => {value: any, flagged: boolean}} make */
  answer(item, make) {
    return this.enter(() => ({ item, ...make(this.answers()[item] || { value: null, flagged: false }) }));
  }

  /** @param {() => any} make */
  enter(make) {
    return this.change((record) => {
      if (!record) throw new Error('no sitting');
      record.rev = nextRev(record.gen, record.rev);
      return { record, put: [{ sitting: this.sitting, rev: record.rev, at: null, ...make() }] };
    });
  }

  /** @returns {Record<string, Held>} the newest on this device */
  answers() {
    return merge(this.record ? this.record.answers : {}, this.entries.values());
  }

  unsent() {
    return unsent(this.entries.values());
  }

  /** @param {Partial<SittingRecord>|((record: SittingRecord) => Partial<SittingRecord>)} fields */
  set(fields) {
    return this.change((record) => ({
      record: record && Object.assign(record, typeof fields === 'function' ? fields(record) : fields),
    }));
  }

  /**
   * Take over what the server says of the whole sitting. `own`: its gen is given to this device.
   * @param {FullSitting} full @param {boolean} own
   */
  adopt(full, own) {
    const { answers, notices, ...doc } = full;
    return this.change((held) => {
      const isOther = !held || (own && isOtherPriming(held, full));
      const record = isOther ? blank(full) : /** @type {SittingRecord} */ (held);
      const entries = isOther ? [] : [...this.entries.values()];
      const isMoved = own && record.gen !== doc.gen;
      const isReopened = notices.some(({ id, kind }) => kind === 'reopen' && id > record.noticed);
      const { receipt } = record;
      const epoch = epochOf(doc.at);
      if (receipt && record.doc.state === 'sealed' && epoch > record.sealEpoch && !isReopened
        && receipt.code !== doc.receipt?.code) record.stray = receipt;
      if (doc.receipt && doc.receipt.code !== receipt?.code) record.sealEpoch = epoch;
      record.receipt = doc.receipt || record.stray;
      if (own) record.gen = doc.gen;
      if (own) record.replaced = false;
      record.rev = Math.max(record.rev, doc.rev);
      record.begun = record.begun || doc.started_at !== undefined;
      record.wish = record.wish && !isSealed(doc.state);
      record.doc = doc;
      hear(record, full);
      // Recorded: the answers are where they belong. Under a seal nobody waits for events.
      const isRecorded = doc.state === 'recorded';
      record.answers = isRecorded ? {} : newer(record.answers, answers);
      const drop = isOther ? [...this.entries.keys()] : entries
        .filter((one) => (isRecorded && one.at !== null) || (isSealed(doc.state) && one.item === undefined))
        .map((one) => one.rev);
      const put = isMoved
        ? entries.filter((one) => !drop.includes(one.rev)).map((one) => ({ ...one, at: null }))
        : [];
      return { record, put, drop, isForeign: !own && doc.gen !== record.gen };
    });
  }

  /**
   * Note what a reply says of entries (and of a seal), and forget what may be forgotten.
   * @param {(Times & {receipt?: Receipt, results?: Result[]})|null} times null: not of the server
   * @param {Result[]} [given]
   */
  settle(times, given) {
    const { results = given || [] } = times || {};
    return this.change((record) => {
      if (!record) throw new Error('no sitting');
      const entries = new Map(this.entries);
      const tops = newest(this.entries.values());
      /** @type {Set<number>} */
      const gone = new Set();
      /** @type {{entry: Change, result: string}[]} */
      const refused = [];
      for (const { rev, result } of results) {
        const entry = entries.get(rev);
        if (!entry) continue;
        if (times && (result === 'stored' || result === 'same')) {
          entries.set(rev, { ...entry, at: times.at });
          if (entry.item !== undefined) record.answers = merge(record.answers, [entry]);
          continue;
        }
        gone.add(rev);
        if (entry.item === undefined) continue;
        // What is settled settles the older ones of its item.
        for (const one of entries.values()) if (one.item === entry.item && one.rev < rev) gone.add(one.rev);
        if (result === 'kept') record.late += 1;
        else if (tops.get(entry.item) === entry) refused.push({ entry, result });
        // Two journals have counted alike: what the person chose goes under a rev far from both.
        if (result === 'conflict' && tops.get(entry.item) === entry) {
          record.rev += APART;
          entries.set(record.rev, { ...entry, rev: record.rev });
        }
      }
      if (times) {
        const settled = settle(entries.values(), times.flushed);
        for (const one of settled.again) entries.set(one.rev, { ...one, at: null });
        for (const rev of settled.gone) gone.add(rev);
        hear(record, times);
        if (times.receipt) {
          record.doc.state = times.state;
          record.doc.answered = times.receipt.answered;
          Object.assign(record, { receipt: times.receipt, sealEpoch: epochOf(times.at), wish: false, stray: null });
        }
      }
      const put = [...entries.values()].filter((one) => one !== this.entries.get(one.rev) && !gone.has(one.rev));
      return { record, put, drop: [...gone], refused, isChanged: times !== null && times.state !== record.doc.state };
    });
  }

  /** The server lacks these items: they are to be sent again, those settled before too.
   * @param {string[]} items */
  lack(items) {
    return this.change((record) => {
      const held = this.answers();
      const put = items.filter((item) => held[item])
        .map((item) => ({ sitting: this.sitting, at: null, item, ...held[item] }));
      return { record, put };
    });
  }

  /** @param {FormDoc} form */
  async keepForm(form) {
    this.form = form;
    await transact('readwrite', (store) => {
      store('things').put(form, `form:${this.sitting}`);
    }).catch(() => this.fail());
    this.tell();
  }

  /** Nothing of the person stays; other tabs must not write it back. */
  wipe() {
    return this.inTurn(async () => {
      const id = this.sitting;
      this.record = this.form = null;
      this.entries.clear();
      await transact('readwrite', (store) => {
        store('sittings').delete(id);
        store('entries').delete(entriesOf(id));
        for (const name of ['form', 'lease']) store('things').delete(`${name}:${id}`);
        store('things').put(1, `left:${id}`);
      }).catch(() => {});
    });
  }

  /** Somebody enters (again): what stands is kept, unless it is of another day. @param {FullSitting} full */
  async entered(full) {
    await transact('readwrite', (store) => {
      store('things').delete(`left:${this.sitting}`);
    }).catch(() => {});
    await this.load();
    await this.adopt(full, true);
  }
}

/** @template T @param {T} value @returns {T} */
const copy = (value) => JSON.parse(JSON.stringify(value));

/** Memory, counting above what another tab has written. @param {SittingRecord|null} ours @param {SittingRecord} [theirs] */
function ahead(ours, theirs) {
  const record = /** @type {SittingRecord} */ (copy(ours));
  if (theirs) record.rev = Math.max(record.rev, theirs.rev);
  return record;
}

/** The same event, primed anew since (after a rehearsal): within one life of the room a gen never
 * falls and a start stands. @param {SittingRecord} held @param {FullSitting} doc */
function isOtherPriming(held, doc) {
  const started = held.doc.started_at;
  return doc.gen < held.gen
    || (lifeOf(doc.gen) === lifeOf(held.gen) && started !== undefined && started !== doc.started_at);
}

/** @param {FullSitting} doc @returns {SittingRecord} */
function blank(doc) {
  const { sitting, gen } = doc;
  return {
    sitting, gen, rev: 0, doc, answers: {}, time: { server: 0, wall: 0 },
    notices: [], noticed: 0, wish: false, receipt: null, sealEpoch: 0, stray: null, late: 0,
    replaced: false, begun: false,
  };
}

/** What every reply tells. A change of state waits for the whole sitting.
 * @param {SittingRecord} record @param {Times|FullSitting} times */
function hear(record, { state, server_time, deadline, at, flushed, notices }) {
  const { doc } = record;
  Object.assign(doc, { server_time, at, flushed });
  if (state === doc.state) doc.deadline = deadline;
  record.time = { server: server_time, wall: Date.now() };
  const fresh = notices.filter(({ id }) => id > record.noticed);
  if (fresh.length) {
    record.notices = [...record.notices, ...fresh];
    record.noticed = Math.max(...fresh.map(({ id }) => id));
  }
}

/** The sittings that this device holds. @returns {Promise<{record: SittingRecord, unsent: number}[]>} */
export const held = () =>
  transact('readonly', (store, /** @type {(found: {record: SittingRecord, unsent: number}[]) => void} */ keep) => {
    const records = store('sittings').getAll();
    const entries = store('entries').getAll();
    entries.onsuccess = () => keep(records.result.map((/** @type {SittingRecord} */ record) => ({
      record,
      unsent: unsent(entries.result.filter((one) => one.sitting === record.sitting)).changes.length,
    })));
  }).catch(() => []);
