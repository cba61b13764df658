// What is this device's own, whoever sits at it.

import { transact } from './database.js';

/** @type {string|undefined} where the device keeps nothing */
let ours;

function fresh() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The nonce by which the server knows this device again. @returns {Promise<string>} */
export function nonce() {
  return transact('readwrite', (store, /** @type {(nonce: string) => void} */ keep) => {
    const asked = store('things').get('device');
    asked.onsuccess = () => {
      if (!asked.result) store('things').put((ours = ours || fresh()), 'device');
      keep(asked.result || ours);
    };
  }).catch(() => (ours = ours || fresh()));
}

/** Be another device from now on: revs of a journal that is gone must not be counted again. */
export async function renew() {
  ours = undefined;
  await transact('readwrite', (store) => {
    store('things').delete('device');
  }).catch(() => {});
}

/** Does the device write to its disk for us? @returns {Promise<boolean>} */
export const keeps = () =>
  transact('readwrite', (store) => {
    store('things').put(1, 'test');
    store('things').delete('test');
  }).then(() => true, () => false);

/** A browser inside of a chat app, which may close it (and its journal) at any moment. */
export function inAppBrowser(agent = navigator.userAgent) {
  return /FBA[NV]|FB_IAB|Instagram|\bLine\/|WhatsApp|Telegram|MicroMessenger|TikTok|BytedanceWebview|musical_ly|Twitter|; wv\)/.test(agent)
    || (/iPhone|iPad/.test(agent) && !/Safari\//.test(agent));
}
