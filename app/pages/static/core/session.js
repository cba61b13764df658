// What screens see of a sitting, and what they may do with it.

/** @import {Answer, Change, FormDoc, Notice, Receipt, SittingDoc, State} from './types.js' */

import { call } from './api.js';
import { isSealed, Journal, Left } from './journal.js';
import { channel, lead } from './leader.js';
import { advance, newest } from './rules.js';
import { Sender } from './sender.js';

const STALE_MS = 120000; // older than this, what the device knows is read anew
const PATIENCE_MS = 8000;
const DETAIL_MOST = 400;
const WORDS = /** @type {const} */ (['ok', 'offline', 'busy', 'recovering']);

export class Session {
  /** @param {string} id */
  constructor(id) {
    this.id = id;
    this.sitting = /** @type {SittingDoc|null} */ (null);
    this.form = /** @type {FormDoc|null} */ (null);
    this.state = /** @type {State} */ ('assigned');
    this.phase = /** @type {'live'|'superseded'|'lost'|'left'} */ ('live');
    this.network = /** @type {'ok'|'offline'|'busy'|'recovering'} */ ('ok');
    this.retryAt = /** @type {number|null} */ (null);
    this.durable = true;
    this.leading = false;
    this.unsent = 0;
    this.late = { kept: 0, waiting: 0 };
    this.receipt = /** @type {Receipt|null} */ (null);
    this.submitting = /** @type {'wanted'|null} */ (null);
    this.notices = /** @type {Notice[]} */ ([]);

    this.refused = /** @type {Map<string, Change>} */ (new Map());
    this.known = /** @type {Map<string, Answer>|null} */ (null);
    this.mark = { server: 0, wall: 0, mono: 0, of: 0 };
    this.listeners = /** @type {Set<() => void>} */ (new Set());
    this.telling = false;
    this.journal = new Journal(id, () => {
      this.update();
      this.say('changed');
    });
    this.sender = new Sender(this);
    this.say = channel(id, (word) => this.heard(word));
    this.stepDown = () => {};
  }

  /** @param {string} item @returns {Answer} the newest on this device */
  answer(item) {
    return this.answers().get(item) || { value: null, flagged: false, saved: 'none' };
  }

  /** @returns {Map<string, Answer>} by item */
  answers() {
    if (this.known) return this.known;
    const entries = newest(this.journal.entries.values());
    /** @type {Map<string, Answer>} */
    const known = new Map();
    for (const [item, { rev, value, flagged }] of Object.entries(this.journal.answers())) {
      const entry = entries.get(item);
      const isOurs = entry && entry.rev === rev && entry.at === null;
      known.set(item, { value, flagged, saved: isOurs ? 'device' : 'stored' });
      if (!(Number(this.refused.get(item)?.rev) > rev)) this.refused.delete(item);
    }
    this.refused.forEach(({ value, flagged }, item) => known.set(item, { value, flagged, saved: 'refused' }));
    return (this.known = known);
  }

  /** @returns {number} the room's clock, in ms since 1970; ours serves for differences only */
  serverNow() {
    const { server, wall, mono } = this.mark;
    return server + advance(performance.now() - mono, Date.now() - wall);
  }

  /** @returns {number|null} ms to the deadline, or what is left of a pause */
  leftMs() {
    if (!this.sitting) return null;
    const { state, deadline, left_ms: left } = this.sitting;
    if (state === 'paused') return left ?? null;
    return state === 'open' && deadline ? Math.max(0, deadline - this.serverNow()) : null;
  }

  /** @param {() => void} listener called after changes @returns {() => void} unsubscribe */
  on(listener) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Resolves when it is in the journal. @param {string} item @param {any} value */
  async choose(item, value) {
    await this.journal.answer(item, { value });
    this.sender.poke();
  }

  /** @param {string} item @param {boolean} flagged */
  async flag(item, flagged) {
    await this.journal.answer(item, { flagged });
    this.sender.poke();
  }

  /** Something happened to the page, such as a loss of focus.
   * @param {string} type @param {any} [detail] */
  note(type, detail) {
    if (this.state !== 'open' || this.phase !== 'live') return;
    const isLong = detail !== undefined && JSON.stringify(detail).length > DETAIL_MOST;
    this.journal.note(() => (isLong || detail === undefined ? { type } : { type, detail }))
      .then(() => this.sender.poke(), () => {});
  }

  /** @param {number} id */
  dismiss(id) {
    this.journal.set(({ notices }) => ({ notices: notices.filter((one) => one.id !== id) })).catch(() => {});
  }

  /** Set the clock running; throws Refused or Unreachable. The form comes after it. */
  start() {
    return this.sender.direct(this.sender.begin);
  }

  /** Hand in; resolves when the wish is in the journal. */
  async submit() {
    await this.journal.set(() => ({ wish: true }));
    this.sender.wake();
  }

  async refresh() {
    await this.sender.direct(this.sender.read);
    if (this.phase === 'lost') this.phase = 'live';
    this.update();
  }

  /** The next person's turn. @returns {Promise<boolean>} false while something is unsent */
  async leave() {
    await this.journal.load();
    this.update();
    if (this.unsent || this.submitting) return false;
    this.phase = 'left';
    this.sender.stop();
    await call('POST', `/sittings/${this.id}/logout`, undefined, { timeoutMs: 4000 }).catch(() => {});
    await this.journal.wipe();
    await forget(this.id).catch(() => {});
    this.say('left');
    this.gone();
    return true;
  }

  /** Nobody sits here any longer. */
  gone() {
    this.journal.gone = true;
    this.phase = 'left';
    this.sender.stop();
    this.stepDown();
    this.sitting = this.form = this.receipt = null;
    this.journal.record = null;
    this.journal.entries.clear();
    this.update();
    window.location.replace('/');
  }

  async open() {
    const { journal, sender } = this;
    await this.look();
    const { record } = journal;
    const age = record ? Date.now() - record.time.wall : 0;
    sender.mustRead = Math.abs(age) > STALE_MS;
    window.addEventListener('online', () => sender.wake());
    window.addEventListener('pageshow', () => this.back());
    window.addEventListener('pagehide', () => sender.part());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) sender.part();
      else this.back();
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.durable || !this.unsent) return;
      event.preventDefault(); // it would be lost: the browser asks
      event.returnValue = '';
    });
    const takeTurn = (/** @type {boolean} */ leading) => {
      if (leading === this.leading) return;
      this.leading = leading;
      if (leading) sender.start();
      else sender.stop();
      this.update();
    };
    if (this.durable) this.stepDown = lead(this.id, takeTurn);
    else takeTurn(true); // a journal that no other tab can see
    await new Promise((/** @type {(drawn: void) => void} */ resolve) => {
      const look = () => {
        const isDrawn = this.sitting && (this.state !== 'open' || this.form);
        if (!isDrawn && this.network === 'ok' && this.phase === 'live') return;
        resolve();
        stop();
      };
      const stop = this.on(look);
      setTimeout(resolve, PATIENCE_MS);
      look();
    });
  }

  async look() {
    try {
      await this.journal.load();
    } catch (error) {
      if (error instanceof Left) this.gone();
    }
    this.update();
  }

  async back() {
    await this.look();
    this.sender.wake();
  }

  /** @param {string} word of another tab */
  async heard(word) {
    if (word === 'left') return this.gone();
    const network = WORDS.find((one) => one === word);
    if (network && !this.leading) this.network = network;
    if (word === 'lost') this.phase = word;
    if (word === 'entered' && this.phase === 'lost') this.phase = 'live';
    await this.look();
    if (word === 'entered' || (this.journal.record && this.journal.record.wish)) this.sender.wake();
    else if (this.unsent) this.sender.poke();
  }

  /** Draw anew what the journal says. */
  update() {
    const { record, form } = this.journal;
    this.durable = this.journal.durable;
    this.known = null;
    if (record) {
      const { doc, time } = record;
      this.sitting = doc;
      this.form = form;
      this.state = record.stray ? 'sealed' : doc.state;
      if (record.replaced && this.phase === 'live') this.phase = 'superseded';
      if (!record.replaced && this.phase === 'superseded') this.phase = 'live';
      if (this.mark.of !== time.server) {
        const wall = Date.now();
        const server = time.server + advance(0, wall - time.wall);
        this.mark = { server, wall, mono: performance.now(), of: time.server };
      }
      this.unsent = this.journal.unsent().changes.length;
      const isLate = record.replaced || isSealed(this.state);
      this.late = { kept: record.late, waiting: isLate ? this.unsent : 0 };
      this.receipt = record.receipt;
      this.notices = record.notices;
      const isUp = this.state === 'open' && this.leftMs() === 0;
      this.submitting = !isLate && (record.wish || isUp) ? 'wanted' : null;
    }
    if (this.telling) return;
    this.telling = true;
    Promise.resolve().then(() => {
      this.telling = false;
      this.listeners.forEach((listener) => listener());
    });
  }
}

/** What the service worker kept of a sitting. @param {string} id */
async function forget(id) {
  const { caches } = window;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (request.url.includes(id)) await cache.delete(request);
    }
  }
}

/**
 * Open what this device and the server know of a sitting; resolves as soon as there is something
 * to draw, or a reason why there is not.
 * @param {string} id @returns {Promise<Session>}
 */
export async function openSession(id) {
  const session = new Session(id);
  await session.open();
  return session;
}
