// An order to the room: sent once, however often its button is pressed or the network fails.
import { call, Refused } from '../../core/api.js';

/** @import { Acted, Detail, Kind, More, NewCard, Scope, WalkIn } from './types.js' */

const AT_ONCE = 500; // sittings the API takes by name
const LONG = 60000; // ms: everybody of an event

/** A new name for an order; sent again under it, nothing is done twice. */
export function newAction() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `p${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** @param {string} event @param {string} path under it */
const at = (event, path) => `/staff/events/${encodeURIComponent(event)}/${path}`;

// The origin must be told: by it the server knows that one of its own pages asks.
/** @param {string} path @param {object} body @param {number} [timeoutMs] */
const post = (path, body, timeoutMs = 12000) =>
  call('POST', path, body, { timeoutMs, referrerPolicy: 'same-origin' });

/** @param {string} event @param {{kind: Kind, action: string} & More} order
 * @param {Scope} scope @returns {Promise<Acted>} */
export async function send(event, order, scope) {
  /** @type {Scope[]} */
  const parts = [];
  if (scope.sittings) {
    for (let n = 0; n < scope.sittings.length; n += AT_ONCE) {
      parts.push({ sittings: scope.sittings.slice(n, n + AT_ONCE) });
    }
  } else parts.push(scope);
  /** @type {Acted} */
  const all = { done: 0, again: 0, refused: 0, failed: 0, sittings: [] };
  for (const part of parts) {
    const reply = await post(at(event, 'acts'), { ...order, ...part }, LONG);
    all.done += reply.done;
    all.again += reply.again;
    all.refused += reply.refused;
    all.failed += reply.failed;
    all.sittings.push(...reply.sittings);
  }
  return all;
}

/** The sitting of a NIP, which never stands in an address. @param {string} event @param {string} nip
 * @returns {Promise<{sitting: string, why: string}>} */
export async function find(event, nip) {
  try {
    const { sitting } = await post(at(event, 'find'), { nip });
    return { sitting, why: '' };
  } catch (error) {
    return { sitting: '', why: whyNot(error) };
  }
}

/** What the panel shows beyond the row. @param {string} event @param {string} sitting
 * @returns {Promise<Detail>} */
export const detailOf = (event, sitting) =>
  call('GET', at(event, `sittings/${encodeURIComponent(sitting)}`), undefined, { cache: 'no-store' });

/** Count late answers, or leave them out for good. @param {string} event
 * @param {{action: string, sitting: string, decision: 'accept' | 'reject', reason: string}} body
 * @returns {Promise<{result: 'done' | 'again' | 'state', counted: number}>} */
export const decideLate = (event, body) => post(at(event, 'late'), body);

/** Let somebody in who is on no list; without a card they are on it, and nothing was done.
 * @param {string} event @param {{action: string} & WalkIn} body
 * @returns {Promise<{card?: NewCard, place?: {unit_name: string, room_name?: string}}>} */
export const walkIn = (event, body) => post(at(event, 'walk-ins'), body);

/** Another PIN for a room. @param {string} event @param {string} room @param {string} action
 * @returns {Promise<{room: string, pin: string}>} */
export const roomPin = (event, room, action) =>
  post(at(event, `rooms/${encodeURIComponent(room)}/pin`), { action });

/** @param {unknown} error */
export function whyNot(error) {
  return error instanceof Refused ? error.detail
    : 'Belum ada jawaban dari server. Coba lagi: tindakan yang sama tidak dilakukan dua kali.';
}
