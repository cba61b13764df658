// Brings the journal to the server: one request at a time, again and again until it is stored.

/** @import {Session} from './session.js' */
/** @import {Entry, FullSitting, Result, Times} from './types.js' */

import { call, Refused, Unreachable } from './api.js';
import { nonce } from './device.js';
import { isSealed, Left } from './journal.js';
import { backoff, given, pack } from './rules.js';

const TAP_MS = 150; // taps that follow each other closely travel together
const BUSY_MS = 25000; // between heartbeats
const IDLE_MS = 60000; // … of who has not tapped for two minutes, or put the phone away
const IDLE_AFTER_MS = 120000;
const SEALED_MS = 3000; // … of who waits for the record, at first
const FRESH_MS = 10000; // how long the server's word on the time is good for handing in
const OUTAGE_MS = 60000; // after a longer one the server is asked what it lacks
const RECONCILE_MS = 900000;
const NOTHING = { changes: [], events: [] };

const now = () => performance.now();
const around = (/** @type {number} */ ms) => ms * (0.8 + 0.4 * Math.random());

export class Sender {
  /** @param {Session} session */
  constructor(session) {
    this.owner = session;
    this.journal = session.journal;
    this.base = `/sittings/${session.id}`;
    this.timer = 0;
    this.running = false;
    this.stopped = true;
    this.tries = 0; // failures since the last success
    this.stumbles = 0; // refusals since something was taken
    this.failedAt = 0;
    this.told = '';
    this.until = 0; // nothing is tried before
    this.mustClaim = false;
    this.mustRead = false;
    this.forming = /** @type {Promise<void>|null} */ (null);
    this.most = Infinity; // entries a request, where a larger one was refused
    this.over = /** @type {number|null} */ (null); // the deadline that has passed, says the server
    this.heardAt = -Infinity;
    this.tappedAt = now();
    this.reconcileAt = now() + around(RECONCILE_MS);
    this.polls = 0;
    this.seen = 0; // the highest notice that the server knows to be shown
    this.clocks = Date.now() - now();
    this.patience = Math.random() * 1500; // not everybody hands in at the same instant
  }

  start() {
    this.stopped = false;
    this.schedule(0);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** There is something to send. */
  poke() {
    this.tappedAt = now();
    if (now() >= this.until) this.schedule(document.hidden ? 0 : TAP_MS);
  }

  /** The network or the person is back: no waiting. */
  wake() {
    this.until = 0;
    if (now() - this.heardAt > SEALED_MS) this.heardAt = -Infinity;
    this.schedule(0);
  }

  /** The page may be gone in a moment: what waits goes beside whatever is under way. */
  part() {
    if (this.stopped || this.due() !== this.save) return;
    this.deliver('/answers', pack(this.journal.unsent(), 0, this.most), { keepalive: true }).catch(() => {});
  }

  /** @param {number} ms */
  schedule(ms) {
    clearTimeout(this.timer);
    if (!this.stopped && !this.running) this.timer = setTimeout(() => this.turn(), Math.min(ms, IDLE_MS));
  }

  async turn() {
    this.running = true;
    let wait = 0;
    while (!wait && !this.stopped) wait = await this.step();
    this.running = false;
    this.schedule(wait);
  }

  /** Do what is due. @returns {Promise<number>} ms until something may be due again */
  async step() {
    const clocks = Date.now() - now();
    // The device slept or its clock was set: what time it is, only the server knows.
    if (Math.abs(clocks - this.clocks) > 2000) this.heardAt = -Infinity;
    this.clocks = clocks;
    const due = this.due();
    if (typeof due === 'number') return Math.max(due, 20);
    try {
      await due.call(this);
      this.ok();
      return 0;
    } catch (error) {
      return this.failed(error);
    }
  }

  /** A screen asks for it now.
   * @param {() => Promise<void>} task */
  async direct(task) {
    try {
      if (!this.journal.record) await this.claim(); // nothing counts under a gen that is not ours
      await task.call(this);
      this.ok();
    } catch (error) {
      await this.failed(error);
      throw error;
    } finally {
      this.schedule(0);
    }
  }

  /** The task that is due, or in how many ms there may be one. */
  due() {
    const { owner: session, journal } = this;
    const { record } = journal;
    const left = this.until - now();
    if (session.phase !== 'live' && !(session.phase === 'superseded' && record)) return IDLE_MS;
    if (left > 0) return left;
    const { changes, events } = journal.unsent();
    if (record && record.replaced) {
      if (changes.length) return this.late;
      // What was acknowledged may still be lost with the room: look until Postgres has it.
      const isWatched = [...journal.entries.values()].some(({ at }) => at !== null);
      return isWatched && now() - this.heardAt > IDLE_MS ? this.late : IDLE_MS;
    }
    if (!record || this.mustClaim) return this.claim;
    if (this.mustRead) return this.read;
    const { state, deadline } = record.doc;
    const isOpen = state === 'open';
    if (state === 'admitted' && record.begun) return this.begin; // the room has lost the start
    const leftMs = session.leftMs();
    const timeUp = isOpen && leftMs === 0;
    const isOver = this.over !== null && this.over === deadline;
    // A wrong wall clock hands nothing in, nor does a deadline that has moved meanwhile.
    const isTold = timeUp && record.time.server >= Number(deadline) && now() - this.heardAt < FRESH_MS;
    const isWanted = record.wish || isOver || isTold;
    if (isOpen && !isOver && changes.length + events.length && !(isWanted && this.tries > 2)) return this.save;
    if (record.stray || (isWanted && (isOpen || state === 'paused'))) return this.submit;
    if (isSealed(state) && changes.length) return this.late;
    if (!journal.form && (isOpen || state === 'paused')) return this.form;
    if (isOpen && now() > this.reconcileAt) return this.reconcile;
    const quiet = now() - this.heardAt;
    if (quiet >= this.pace(state) || (timeUp && quiet > this.patience)) return this.beat;
    return Math.min(this.pace(state) - quiet, isOpen && leftMs !== null ? leftMs + this.patience : IDLE_MS);
  }

  /** ms between heartbeats. @param {string} state */
  pace(state) {
    if (state === 'sealed') return around(Math.min(SEALED_MS * 1.4 ** this.polls, IDLE_MS));
    const isIdle = document.hidden || state === 'recorded' || now() - this.tappedAt > IDLE_AFTER_MS;
    return isIdle ? IDLE_MS : BUSY_MS;
  }

  /** @param {'GET'|'POST'} method @param {string} path @param {unknown} [body] @param {object} [how] */
  async ask(method, path, body, how) {
    const reply = await call(method, this.base + path, body, how);
    if (!(reply.server_time > 0)) throw new Unreachable();
    this.heardAt = now();
    return reply;
  }

  async claim() {
    // Nothing goes beside it: the old token, of a gen that is over then, would be told so.
    await this.journal.adopt(await this.ask('POST', '/claim', { device: await nonce() }), true);
    this.mustClaim = this.mustRead = false;
  }

  async read() {
    const full = await this.ask('GET', '');
    this.mustRead = false;
    await this.took(full);
  }

  async begin() {
    await this.took(await this.ask('POST', '/start'));
  }

  /** @param {FullSitting} full */
  async took(full) {
    const { isForeign } = await this.journal.adopt(full, false);
    // Another journal counts under this gen: ours needs its own.
    this.mustClaim = isForeign && !isSealed(full.state);
  }

  /** Not into the browser's cache: leaving must leave nothing. */
  form() {
    this.forming = this.forming || this.fetchForm().finally(() => {
      this.forming = null;
    });
    return this.forming;
  }

  async fetchForm() {
    const form = await call('GET', `${this.base}/form`, undefined, { cache: 'no-store', timeoutMs: 30000 });
    if (!form.items) throw new Unreachable();
    await this.journal.keepForm(form);
  }

  async save(waiting = this.journal.unsent()) {
    const { record } = this.journal;
    const noticed = record && !document.hidden ? record.noticed : 0;
    const seen = noticed > this.seen ? noticed : 0;
    await this.deliver('/answers', pack(waiting, seen, this.most));
    if (seen) this.seen = seen;
  }

  async beat() {
    await this.save(NOTHING);
  }

  async late() {
    const { changes } = this.journal.unsent();
    await this.deliver('/late', pack({ changes, events: [] }, 0, this.most));
  }

  /** @param {string} path @param {{body: string, entries: Entry[]}} packed @param {object} [how] */
  async deliver(path, { body, entries }, how) {
    let reply;
    try {
      reply = await this.ask('POST', path, body, how);
    } catch (error) {
      const isUnfit = error instanceof Refused && (error.status === 413 || error.status === 422);
      if (!isUnfit || !entries.length) throw error;
      // One that cannot be taken must not hold up the others: by halves, until it is alone.
      this.most = entries.length > 1 ? Math.ceil(entries.length / 2) : Infinity;
      const [first] = entries;
      if (entries.length > 1) return;
      if (first.item) this.owner.refused.set(first.item, first);
      await this.journal.refuse(first);
      return;
    }
    this.most *= 2;
    await this.settle(reply);
  }

  async submit() {
    const { record } = this.journal;
    const answers = Object.entries(this.journal.answers()).map(([item, held]) => [item, given(held)]);
    const lost = record && record.stray ? { receipt: record.stray } : {};
    const reply = await this.ask('POST', '/submit', { answers: Object.fromEntries(answers), ...lost });
    this.polls = 0;
    await this.settle(reply);
  }

  async reconcile() {
    const items = Object.entries(this.journal.answers()).map(([item, { rev }]) => [item, rev]);
    const reply = await this.ask('POST', '/reconcile', { items: Object.fromEntries(items) });
    this.reconcileAt = now() + around(RECONCILE_MS);
    await this.settle(reply);
    if (reply.missing.length) await this.journal.lack(reply.missing);
  }

  /** @param {Times & {results?: Result[]}} reply */
  async settle(reply) {
    const { isChanged, refused } = await this.journal.settle(reply);
    this.polls += 1;
    this.stumbles = 0;
    // The state is another, or another device's answer stands: ask for the whole.
    this.mustRead = this.mustRead || isChanged || refused.length > 0;
    for (const { entry, result } of refused) {
      if (result === 'invalid') this.owner.refused.set(entry.item, entry);
    }
  }

  ok() {
    const session = this.owner;
    if (this.tries && now() - this.failedAt > OUTAGE_MS) this.reconcileAt = 0;
    this.tries = 0;
    session.retryAt = null;
    this.tell('ok');
  }

  /** @param {Session['network']} network also to the tabs that do not send */
  tell(network) {
    if (network !== this.told) this.owner.say(network);
    this.told = this.owner.network = network;
    this.owner.update();
  }

  /** @param {unknown} error @returns {Promise<number>} ms until the next try */
  async failed(error) {
    const session = this.owner;
    if (error instanceof Left) session.gone();
    if (!this.tries) this.failedAt = now();
    this.tries += 1;
    const { type, status, retryMs, more } = error instanceof Refused ? error
      : { type: '', status: 0, retryMs: null, more: null };
    let wait = 0;
    if (type === 'token-invalid') {
      session.phase = 'lost';
      session.say('lost');
    } else if (type === 'superseded-device') {
      session.phase = 'superseded';
      if (this.journal.record) await this.journal.set(() => ({ replaced: true, wish: false })).catch(() => {});
    } else if (status === 403 && more) {
      // The state speaks against it: ask what it is, and do what is left to do in it.
      if (type === 'closed' && more.state === 'open') this.over = more.deadline;
      this.mustRead = true;
      this.tries = 0;
      session.network = 'ok';
      this.stumbles += 1;
      wait = this.stumbles > 2 ? backoff(this.stumbles, retryMs) : 0;
    } else {
      this.mustClaim = this.mustClaim || type === 'recovered-claim';
      session.network = type === 'recovered-claim' || type === 'room-recovering' ? 'recovering'
        : status ? 'busy' : 'offline';
      wait = type === 'recovered-claim' && this.tries < 3 ? 0 : backoff(this.tries, retryMs);
    }
    this.until = now() + wait;
    session.retryAt = wait ? this.until : null;
    this.tell(session.network);
    return wait;
  }
}
