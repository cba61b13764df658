// "Mencoba lagi dalam 4 detik": tries again by itself, with a button for whoever cannot wait.

import { button, clear, h } from '../kit/dom.js';

/**
 * How long to wait: longer each time, and never the same for all, so that thousands do not return
 * in one instant.
 * @param {number} tries how many have failed
 * @param {number} [least] ms, as the server asked
 */
export const pause = (tries, least = 2000) =>
  Math.max(least, Math.min(30000, 1000 * 2 ** tries)) * (1 + Math.random());

/**
 * Count down in `place` (which must be no live region), then act; at once when asked, or when the
 * network comes back.
 * @param {HTMLElement} place
 * @param {number} ms
 * @param {() => void} act
 * @returns {() => void} stop
 */
export function retry(place, ms, act) {
  const until = performance.now() + ms;
  const line = h('p', { class: 'label' });
  function stop() {
    clearInterval(timer);
    window.removeEventListener('online', go);
    clear(place);
  }
  function go() {
    stop();
    act();
  }
  function tick() {
    const left = Math.ceil((until - performance.now()) / 1000);
    if (left <= 0) go();
    else line.textContent = `Mencoba lagi dalam ${left} detik.`;
  }
  const timer = setInterval(tick, 1000);
  clear(place).append(line, button('Coba sekarang', go));
  window.addEventListener('online', go);
  tick();
  return stop;
}
