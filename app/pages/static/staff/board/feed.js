// Where the board's news comes from: the whole of it once, then what changes, told by the server.
import { call, Refused } from '../../core/api.js';

/** @import { Board, Piece } from './types.js' */

const QUIET = 12000; // the server tells something each second, if only the time
const AGAIN = [1000, 2000, 4000, 8000];
const POLL = 10000;
const POLL_AFTER = 3; // failures in a row
const STREAM_EACH = 6; // polls: then the stream is tried again
const LONG = 60000;

export class Feed {
  /** @param {string} event
   * @param {{board: (board: Board) => void, rows: (piece: Piece) => void,
   *   link: () => void}} heard `link`: the connection may be another than before */
  constructor(event, heard) {
    this.base = `/staff/events/${encodeURIComponent(event)}/board`;
    this.heard = heard;
    /** @type {EventSource | null} */
    this.source = null;
    this.cursor = '';
    /** the room's newest time, and when it came by this page's own clock */
    this.at = 0;
    this.cameAt = 0;
    this.since = performance.now();
    this.failures = 0;
    this.polls = 0;
    /** why it is over; '' while it is not */
    this.ended = '';
    this.timer = 0;
  }

  start() {
    this.load();
    setInterval(() => this.mind(), 1000);
  }

  /** The room's time now, in ms; this page's clock gives the difference alone. */
  now() {
    return this.at ? this.at + performance.now() - this.cameAt : Date.now();
  }

  /** By when people are judged: while there is no news, nobody falls silent. */
  judgedAt() {
    return this.at || Date.now();
  }

  /** @returns {{sign: string, kind: string, text: string}} */
  state() {
    const quiet = performance.now() - (this.at ? this.cameAt : this.since);
    if (this.ended) return { sign: '×', kind: 'bad', text: 'Terputus' };
    if (quiet >= LONG) {
      return { sign: '!', kind: 'bad', text: `Tanpa kabar ${Math.floor(quiet / LONG)} menit` };
    }
    if (!this.at || quiet > QUIET + POLL) return { sign: '…', kind: 'wait', text: 'Menyambung' };
    if (this.failures >= POLL_AFTER) {
      return { sign: '✓', kind: 'wait', text: 'Terhubung, diperbarui tiap 10 detik' };
    }
    return this.source ? { sign: '✓', kind: 'good', text: 'Terhubung' }
      : { sign: '…', kind: 'wait', text: 'Menyambung' };
  }

  async load() {
    clearTimeout(this.timer);
    let board;
    try {
      board = await call('GET', this.base, undefined, { cache: 'no-store', timeoutMs: 20000 });
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) {
        this.end(error.detail);
        return;
      }
      this.failures += 1;
      this.later(() => this.load());
      return;
    }
    this.cursor = board.cursor;
    this.news(board.at);
    this.heard.board(board);
    this.polls += 1;
    if (this.failures < POLL_AFTER || this.polls % STREAM_EACH === 0) this.listen();
    else this.timer = window.setTimeout(() => this.load(), POLL);
    this.heard.link();
  }

  /** Hear what comes after the newest news; the address names it, so each time it is a new one. */
  listen() {
    this.hush();
    const source = new EventSource(`/api/v1${this.base}/stream?cursor=${encodeURIComponent(this.cursor)}`);
    this.source = source;
    this.openedAt = performance.now();
    source.addEventListener('rows', (event) => {
      const piece = JSON.parse(/** @type {MessageEvent} */ (event).data);
      this.failures = 0;
      this.cursor = piece.cursor;
      this.news(piece.at);
      this.heard.rows(piece);
    });
    source.addEventListener('reload', () => {
      this.hush();
      this.timer = window.setTimeout(() => this.load(), 500 + 1000 * Math.random());
    });
    source.addEventListener('end', () => this.end('Hak Anda atas papan ini sudah berakhir.'));
    source.addEventListener('error', () => this.broke());
    this.heard.link();
  }

  /** A first break is mended from the cursor on; then the board is asked for, which says why. */
  broke() {
    this.hush();
    this.failures += 1;
    const again = this.failures === 1 ? () => this.listen() : () => this.load();
    if (this.failures > POLL_AFTER) this.timer = window.setTimeout(again, POLL);
    else this.later(again);
    this.heard.link();
  }

  /** A connection can be gone without a word. */
  mind() {
    if (this.source && performance.now() - Math.max(this.cameAt, this.openedAt || 0) > QUIET) {
      this.broke();
    }
    this.heard.link();
  }

  /** @param {() => void} what */
  later(what) {
    const wait = AGAIN[Math.min(this.failures, AGAIN.length) - 1];
    this.timer = window.setTimeout(what, wait * (1 + Math.random() / 2));
  }

  /** @param {number} at */
  news(at) {
    if (at > this.at) {
      this.at = at;
      this.cameAt = performance.now();
    }
  }

  hush() {
    clearTimeout(this.timer);
    if (this.source) this.source.close();
    this.source = null;
  }

  /** @param {string} why */
  end(why) {
    this.hush();
    this.ended = why;
    this.heard.link();
  }
}
