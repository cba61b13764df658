// One call of the protocol: JSON, or why there is none.

/** @import {Problem} from './types.js' */

/** The server refused, in words that a participant can act on. */
export class Refused extends Error {
  /** @param {Problem} problem @param {number|null} retryMs */
  constructor(problem, retryMs) {
    super(problem.detail);
    this.type = problem.type.replace('/problems/', '');
    this.status = problem.status;
    this.detail = problem.detail;
    this.retryMs = retryMs;
    this.more = problem;
  }
}

/** No word of the server: no network, no time, or somebody in between who speaks otherwise. */
export class Unreachable extends Error {}

/**
 * @param {'GET'|'POST'} method
 * @param {string} path under /api/v1
 * @param {unknown} [body] a text goes as it stands; an empty one is none
 * @param {{keepalive?: boolean, timeoutMs?: number, cache?: RequestCache,
 *   referrerPolicy?: ReferrerPolicy}} [how]
 * @returns {Promise<any>}
 */
export async function call(method, path, body, { timeoutMs = 12000, ...how } = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  let reply;
  let document;
  try {
    reply = await fetch(`/api/v1${path}`, {
      referrerPolicy: 'no-referrer', // fifty bytes a heartbeat
      ...how,
      method,
      body: text || undefined,
      headers: text ? { 'content-type': 'application/json' } : {},
      signal: abort.signal,
    });
    document = reply.status === 204 ? {} : await reply.json();
  } catch (error) {
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
  if (reply.ok) return document || {};
  // What is no problem of ours is a gateway's or a captive portal's.
  if (!String(document?.type).startsWith('/problems/')) throw new Unreachable(`status ${reply.status}`);
  throw new Refused(document, Number(reply.headers.get('retry-after')) * 1000 || null);
}
