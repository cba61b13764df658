// An order to the room: sent once, however often its button is pressed or the network fails.
import { call, Refused } from '../../core/api.js';

/** @import { Acted, Kind, Scope } from './types.js' */

const AT_ONCE = 500; // sittings the API takes by name
const LONG = 60000; // ms: everybody of an event

/** A new name for an order; sent again under it, nothing is done twice. */
export function newAction() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `p${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** @param {string} event
 * @param {{kind: Kind, action: string, minutes?: number, text?: string, reason?: string}} order
 * @param {Scope} scope @returns {Promise<Acted>} */
export async function send(event, order, scope) {
  const path = `/staff/events/${encodeURIComponent(event)}/acts`;
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
    // The origin must be told: by it the server knows that one of its own pages asks.
    const reply = await call('POST', path, { ...order, ...part },
      { timeoutMs: LONG, referrerPolicy: 'same-origin' });
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
    const { sitting } = await call('POST', `/staff/events/${encodeURIComponent(event)}/find`, { nip },
      { referrerPolicy: 'same-origin' });
    return { sitting, why: '' };
  } catch (error) {
    return { sitting: '', why: whyNot(error) };
  }
}

/** @param {unknown} error */
export function whyNot(error) {
  return error instanceof Refused ? error.detail
    : 'Belum ada jawaban dari server. Coba lagi: tindakan yang sama tidak dilakukan dua kali.';
}
