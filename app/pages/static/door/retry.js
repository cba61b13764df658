// "Mencoba lagi dalam 4 detik": by itself, with a button for whoever cannot wait.
import { button, clear, h } from '../kit/dom.js';

/** Count down in `place` (no live region: each second would be spoken), then act; returns how to
 * stop. @param {HTMLElement} place @param {number} ms @param {string} words @param {() => void} act */
export function countdown(place, ms, words, act) {
  const until = performance.now() + ms;
  const line = h('p', { class: 'label' });
  const stop = () => {
    clearInterval(timer);
    clear(place);
  };
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    line.textContent = `${words} dalam ${left} detik.`;
    if (left > 0) return;
    stop();
    act();
  };
  const timer = setInterval(tick, 1000);
  clear(place).append(line);
  tick();
  return stop;
}

/** Try again: later each time, never all in one instant, at once when the network is back.
 * @param {HTMLElement} place @param {number} tries that failed @param {number | null | undefined} least ms
 * @param {() => void} act */
export function retry(place, tries, least, act) {
  const ms = Math.max(least || 2000, Math.min(30000, 1000 * 2 ** tries)) * (1 + Math.random());
  const stop = () => {
    removeEventListener('online', now);
    end();
  };
  const now = () => {
    stop();
    act();
  };
  const end = countdown(place, ms, 'Mencoba lagi', now);
  place.append(button('Coba sekarang', now));
  addEventListener('online', now);
  return stop;
}
