// Entering a sitting with a card, and what this browser still holds of earlier ones.

import { call, Unreachable } from './api.js';
import { nonce } from './device.js';
import { Journal, unfinished } from './journal.js';
import { channel } from './leader.js';

/**
 * Enter; the journal takes what the server says. Throws Refused or Unreachable.
 * @param {{nip: string, pin: string, room_pin?: string, event?: string}} card
 * @returns {Promise<string>} the sitting
 */
export async function login(card) {
  const full = await call('POST', '/login', { ...card, device: await nonce(), cookie: true });
  if (!full.sitting) throw new Unreachable();
  await new Journal(full.sitting).enter(full);
  channel(full.sitting, () => {})('entered');
  return full.sitting;
}

export { unfinished };
