// The size of the text, kept on the device: who needs it large needs it on every screen.
import { announce, button, h } from './dom.js';

const KEY = 'serentak:size';
const page = document.documentElement.dataset;

/** Give the page the size that was chosen on this device. */
export function applySize() {
  try {
    page.size = localStorage.getItem(KEY) || '0';
  } catch {
    // Storage is refused: a choice holds for this page.
  }
}

/** A− and A+, from −1 to 3. */
export function sizeButtons() {
  const step = (/** @type {number} */ by) => {
    page.size = String(Math.min(3, Math.max(-1, Number(page.size || 0) + by)));
    announce(by > 0 ? 'Teks diperbesar' : 'Teks diperkecil');
    try {
      localStorage.setItem(KEY, page.size);
    } catch {
      // as above
    }
  };
  /** @param {string} sign @param {string} name @param {number} by */
  const press = (sign, name, by) => {
    const made = button('', () => step(by), 'btn quiet');
    made.append(h('span', { 'aria-hidden': 'true' }, sign), h('span', { class: 'vh' }, name));
    return made;
  };
  return h('div', { class: 'sizes' }, press('A−', 'Perkecil teks', -1), press('A+', 'Perbesar teks', 1));
}
