// One sitting's journal on this device. What is in it survives reload, kill and a day offline.
// Where the device refuses to keep it, the page's memory does, and `durable` says so.

/** @import {Change, Entry, FormDoc, FullSitting, Held, Receipt, Result, SittingRecord, State, Times} from './types.js' */
/** @typedef {{record: SittingRecord, put?: Entry[], drop?: number[]}} Changed */

import { entriesOf, transact } from './database.js';
import { epochOf, lifeOf, merge, newer, newest, nextRev, settle, unsent } from './rules.js';

const AGAIN_MS = 10000; // how soon a database that failed is tried again
const APART = 1000;

/** @param {State} state */
export const isSealed = (state) => state === 'sealed' || state === 'recorded';

/** The sitting was left on this device, in another tab. */
export class Left extends Error {}

export class Journal {
  /** @param {string} sitting @param {() => void} [tell] called after each change */
  constructor(sitting, tell = () => {}) {
    this.sitting = sitting;
    this.tell = tell;
    this.record = /** @type {SittingRecord|null} */ (null);
    this.entries = /** @type {Map<number, Entry>} */ (new Map());
    this.form = /** @type {FormDoc|null} */ (null);
    this.durable = true;
    this.failedAt = 0;
    this.gone = false;
    this.turns = /** @type {Promise<any>} */ (Promise.resolve());
  }

  /** One after the other, so that each sees what the one before it did.
   * @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  inTurn(work) {
    const done = this.turns.then(work);
    this.turns = done.catch(() => {});
    return done;
  }

  /** A transaction, or null where it failed.
   * @template T @param {IDBTransactionMode} mode @param {import('./database.js').Work<T|'left'>} work */
  async attempt(mode, work) {
    const done = await transact(mode, work).catch(() => null);
    if (done === 'left') throw new Left();
    this.durable = Boolean(done);
    if (!done) this.failedAt = performance.now();
    return done;
  }

  /** Read what stands; memory that the database could not take is ahead of it. */
  load() {
    const id = this.sitting;
    return this.inTurn(async () => {
      const found = this.durable && await this.attempt('readonly', (store, keep) => {
        const left = store('things').get(`left:${id}`);
        const form = store('things').get(`form:${id}`);
        const record = store('sittings').get(id);
        const entries = store('entries').getAll(entriesOf(id));
        entries.onsuccess = () => keep(left.result && this.record ? 'left'
          : { record: record.result, entries: entries.result, form: form.result });
      });
      // What the browser has thrown away is put back by the next change.
      if (!found || !found.record) return;
      this.record = found.record;
      this.entries = new Map(found.entries.map((/** @type {Entry} */ one) => [one.rev, one]));
      this.form = found.form || this.form;
    });
  }

  /**
   * Change record and entries in one transaction; resolves when it is on disk, or in memory where
   * the disk refuses. `work` gets a record that it may change, and may run twice.
   * @template {Changed} C @param {(record: SittingRecord) => C} work @returns {Promise<C>}
   */
  change(work) {
    const id = this.sitting;
    return this.inTurn(async () => {
      if (this.gone) throw new Left();
      const isTried = this.durable || performance.now() - this.failedAt > AGAIN_MS;
      const changed = isTried && await this.attempt('readwrite', (store, /** @type {(done: C|'left') => void} */ keep) => {
        const left = store('things').get(`left:${id}`);
        const asked = store('sittings').get(id);
        asked.onsuccess = () => {
          const [ours, theirs] = [this.record, asked.result];
          if (ours && left.result) return keep('left');
          const isAhead = ours && !(this.durable && theirs);
          const record = isAhead ? copy(ours) : theirs;
          if (isAhead && theirs) record.rev = Math.max(record.rev, theirs.rev);
          const done = work(record);
          store('sittings').put(done.record);
          if (isAhead) this.entries.forEach((entry) => store('entries').put(entry));
          if (isAhead && this.form) store('things').put(this.form, `form:${id}`);
          for (const rev of done.drop || []) store('entries').delete([id, rev]);
          for (const entry of done.put || []) store('entries').put(entry);
          return keep(done);
        };
      });
      const done = changed || work(copy(this.record));
      this.record = done.record;
      for (const rev of done.drop || []) this.entries.delete(rev);
      for (const entry of done.put || []) this.entries.set(entry.rev, entry);
      this.tell();
      return done;
    });
  }

  /** The next entry; its rev is counted in the transaction that writes it. @param {() => any} make */
  note(make) {
    return this.change((record) => {
      record.rev = nextRev(record.gen, record.rev);
      return { record, put: [{ sitting: this.sitting, rev: record.rev, at: null, ...make() }] };
    });
  }

  /** A tap. @param {string} item @param {Partial<Held>} change */
  answer(item, change) {
    return this.note(() => {
      const { value = null, flagged = false } = this.answers()[item] || {};
      return { item, value, flagged, ...change };
    });
  }

  /** @returns {Record<string, Held>} the newest on this device */
  answers() {
    return merge(this.record ? this.record.answers : {}, this.entries.values());
  }

  unsent() {
    return unsent(this.entries.values());
  }

  /** @param {(record: SittingRecord) => Partial<SittingRecord>} fields */
  set(fields) {
    return this.change((record) => ({ record: { ...record, ...fields(record) } }));
  }

  /**
   * Take over what the server says of the whole sitting. `own`: its gen is given to this device.
   * @param {FullSitting} full @param {boolean} own
   */
  adopt(full, own) {
    const { answers, notices, ...doc } = full;
    return this.change((held) => {
      const isOther = !held || (own && isOtherPriming(held, doc));
      const record = isOther ? { ...BLANK, sitting: this.sitting, gen: doc.gen, doc } : held;
      const isMoved = own && record.gen !== doc.gen;
      const isRecorded = doc.state === 'recorded';
      const isOpened = notices.some(({ id, kind }) => kind === 'reopen' && id > record.noticed);
      const epoch = epochOf(doc.at);
      const { receipt } = record;
      const isSame = doc.receipt?.code === receipt?.code;
      // A seal of an earlier life that does not stand: the room has lost it.
      if (!isSame && record.doc.state === 'sealed' && epoch > record.sealEpoch && !isOpened) record.stray = receipt;
      if (!isSame) record.sealEpoch = epoch;
      record.receipt = doc.receipt || record.stray;
      if (own) Object.assign(record, { gen: doc.gen, replaced: false });
      record.rev = Math.max(record.rev, doc.rev);
      record.begun = record.begun || doc.started_at !== undefined;
      record.wish = record.wish && !isSealed(doc.state);
      record.doc = doc;
      record.answers = isRecorded ? {} : newer(record.answers, answers);
      hear(record, full);
      // Under a seal nobody waits for events; when it is recorded, all is where it belongs.
      const isDone = (/** @type {Entry} */ { at, item }) =>
        isOther || (isRecorded && at !== null) || (isSealed(doc.state) && !item);
      const entries = [...this.entries.values()];
      const put = isMoved ? entries.filter((one) => !isDone(one)).map((one) => ({ ...one, at: null })) : [];
      const drop = entries.filter(isDone).map(({ rev }) => rev);
      return { record, put, drop, isForeign: doc.gen !== record.gen };
    });
  }

  /**
   * Note what a reply says of entries (and of a seal), and forget what may be forgotten.
   * @param {Times & {receipt?: Receipt, results?: Result[]}} reply
   */
  settle({ results = [], receipt, ...times }) {
    return this.change((record) => {
      const tops = newest(this.entries.values());
      const entries = new Map(this.entries);
      /** @type {Set<number>} */
      const gone = new Set();
      /** @type {{entry: Change, result: string}[]} */
      const refused = [];
      for (const { rev, result } of results) {
        const entry = entries.get(rev);
        if (!entry) continue;
        if (result === 'stored' || result === 'same') {
          entries.set(rev, { ...entry, at: times.at });
          record.answers = merge(record.answers, [entry]);
          continue;
        }
        for (const one of this.upTo(entry)) gone.add(one);
        if (result === 'kept') record.late += 1;
        else if (entry.item && tops.get(entry.item) === entry) {
          refused.push({ entry, result });
          // Two journals counted alike: what the person chose goes under a rev far from both.
          if (result === 'conflict') entries.set(record.rev += APART, { ...entry, rev: record.rev });
        }
      }
      const settled = settle(entries.values(), times.flushed);
      for (const one of settled.again) entries.set(one.rev, { ...one, at: null });
      for (const rev of settled.gone) gone.add(rev);
      if (receipt) {
        Object.assign(record.doc, { state: times.state, answered: receipt.answered });
        Object.assign(record, { receipt, sealEpoch: epochOf(times.at), wish: false, stray: null });
      }
      hear(record, times);
      const put = [...entries.values()].filter((one) => one !== this.entries.get(one.rev) && !gone.has(one.rev));
      return { record, put, drop: [...gone], refused, isChanged: times.state !== record.doc.state };
    });
  }

  /** What is settled settles the older ones of its item. @param {Entry} entry */
  upTo({ item, rev }) {
    return [...this.entries.values()]
      .filter((one) => one.rev === rev || (item && one.item === item && one.rev < rev))
      .map((one) => one.rev);
  }

  /** Nobody will take this one. @param {Entry} entry */
  refuse(entry) {
    return this.change((record) => ({ record, drop: this.upTo(entry) }));
  }

  /** The server lacks these items: they are sent again, also what was settled.
   * @param {string[]} items */
  lack(items) {
    return this.change((record) => {
      const answers = this.answers();
      const put = items.filter((item) => answers[item])
        .map((item) => ({ sitting: this.sitting, at: null, item, ...answers[item] }));
      return { record, put };
    });
  }

  /** @param {FormDoc} form */
  async keepForm(form) {
    this.form = form;
    await transact('readwrite', (store) => store('things').put(form, `form:${this.sitting}`)).catch(() => {});
    this.tell();
  }

  /** Nothing of the person stays; no other tab writes it back, and this is another device. */
  wipe() {
    const id = this.sitting;
    this.gone = true;
    return this.inTurn(() => transact('readwrite', (store) => {
      store('sittings').delete(id);
      store('entries').delete(entriesOf(id));
      for (const name of ['device', `form:${id}`, `lease:${id}`]) store('things').delete(name);
      store('things').put(1, `left:${id}`);
    }).catch(() => {}));
  }

  /** Somebody enters (again): what stands is kept. @param {FullSitting} full */
  async enter(full) {
    await transact('readwrite', (store) => store('things').delete(`left:${this.sitting}`)).catch(() => {});
    await this.load();
    await this.adopt(full, true);
  }
}

/** @type {Omit<SittingRecord, 'sitting'|'gen'|'doc'>} */
const BLANK = {
  rev: 0, answers: {}, time: { server: 0, wall: 0 }, notices: [], noticed: 0, wish: false,
  receipt: null, sealEpoch: 0, stray: null, late: 0, replaced: false, begun: false,
};

/** @param {any} value */
const copy = (value) => JSON.parse(JSON.stringify(value));

/** The same event, primed anew since (after a rehearsal): within one life of the room no gen falls
 * and a start stands. @param {SittingRecord} held @param {import('./types.js').SittingDoc} doc */
function isOtherPriming(held, doc) {
  const started = held.doc.started_at;
  return doc.gen < held.gen
    || (lifeOf(doc.gen) === lifeOf(held.gen) && started !== undefined && started !== doc.started_at);
}

/** What every reply tells. Another state is taken over with the whole sitting.
 * @param {SittingRecord} record @param {Times|FullSitting} times */
function hear(record, { state, server_time: server, deadline, notices }) {
  if (state === record.doc.state) record.doc.deadline = deadline;
  record.time = { server, wall: Date.now() };
  const fresh = notices.filter(({ id }) => id > record.noticed);
  record.notices = record.notices.concat(fresh);
  record.noticed = Math.max(record.noticed, ...fresh.map(({ id }) => id));
}

/** @typedef {{sitting: string, name: string, unsent: number, state: string}} Unfinished */

/** What this browser still holds. @returns {Promise<Unfinished[]>} */
export const unfinished = () =>
  transact('readonly', (store, /** @type {(found: Unfinished[]) => void} */ keep) => {
    const records = store('sittings').getAll();
    const entries = store('entries').getAll();
    entries.onsuccess = () => keep(records.result.map(({ sitting, doc }) => ({
      sitting,
      name: doc.participant.name,
      unsent: unsent(entries.result.filter((one) => one.sitting === sitting)).changes.length,
      state: doc.state,
    })));
  }).catch(() => []);
