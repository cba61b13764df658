// What is this device's own, whoever sits at it.

import { transact } from './database.js';

/** @type {string} where the device keeps nothing */
let ours;

/** The nonce by which the server knows this device again. @returns {Promise<string>} */
export function nonce() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(12));
  ours = ours || Array.from(bytes, (byte) => byte.toString(36)).join('');
  return transact('readwrite', (store, /** @type {(nonce: string) => void} */ keep) => {
    const asked = store('things').get('device');
    asked.onsuccess = () => {
      keep(asked.result || ours);
      if (!asked.result) store('things').put(ours, 'device');
    };
  }).catch(() => ours);
}

/** A browser inside of a chat app, which may close it (and its journal) at any moment. */
export function inAppBrowser(agent = navigator.userAgent) {
  return /FBA[NV]|FB_IAB|Instagram|\bLine\/|WhatsApp|Telegram|MicroMessenger|TikTok|Bytedance|musical_ly|Twitter|; wv\)/.test(agent)
    || (/iPhone|iPad/.test(agent) && !/Safari\//.test(agent));
}
