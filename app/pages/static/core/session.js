// What screens see of a sitting, and what they may do with it.

/**
 * @typedef {import('./types.js').SittingDoc} SittingDoc
 * @typedef {import('./types.js').FormDoc} FormDoc
 * @typedef {import('./types.js').Notice} Notice
 * @typedef {import('./types.js').Receipt} Receipt
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Answer} Answer
 */

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
  }

  /** @param {string} item @returns {Answer} */
  answer(item) {
    return this.answers().get(item) || { value: null, flagged: false, saved: 'none' };
  }

  /** @returns {Map<string, Answer>} */
  answers() {
    return new Map();
  }

  /** The room's clock, in ms since 1970. */
  serverNow() {
    return Date.now();
  }

  /** @returns {number|null} ms to the deadline */
  leftMs() {
    return null;
  }

  /** @param {() => void} _listener @returns {() => void} unsubscribe */
  on(_listener) {
    return () => {};
  }

  /** @param {string} _item @param {any} _value */
  async choose(_item, _value) {}

  /** @param {string} _item @param {boolean} _flagged */
  async flag(_item, _flagged) {}

  /** @param {string} _type @param {any} [_detail] */
  note(_type, _detail) {}

  /** @param {number} _id */
  dismiss(_id) {}

  async start() {}

  async submit() {}

  async refresh() {}

  /** @returns {Promise<boolean>} */
  async leave() {
    return false;
  }
}

/** @param {string} id @returns {Promise<Session>} */
export async function openSession(id) {
  return new Session(id);
}
