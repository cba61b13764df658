// A panel beside the board, over it on a phone: it holds the focus until it is closed.
import { button, h } from '../../kit/dom.js';
import { Told } from './told.js';

/** @type {(() => void) | null} */
let closeLast = null;

/** Open it; another one that is open closes. `closed` is called once. What is `told`
 * stays in sight, and moves nothing above it.
 * @param {string} title @param {() => void} closed */
export function openPanel(title, closed) {
  if (closeLast) closeLast();
  const before = document.activeElement;
  const behind = [...document.body.children].filter((el) => !el.hasAttribute('aria-live'));
  const heading = h('h2', { tabindex: -1, id: 'judul-panel' }, title);
  const content = h('div', { class: 'stack panel-body' });
  const told = new Told();
  const panel = h('div', { class: 'panel', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'judul-panel' },
    h('div', { class: 'panel-head' }, heading, button('Tutup', close, 'btn')), content, told.el);
  const veil = h('div', { class: 'veil' }, panel);
  veil.addEventListener('pointerdown', (event) => { if (event.target === veil) close(); });
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (event.key !== 'Tab') return;
    const stops = [...panel.querySelectorAll('button, input, textarea, select, a[href]')]
      .filter((el) => !el.matches(':disabled') && /** @type {HTMLElement} */ (el).offsetParent);
    const edge = stops[event.shiftKey ? 0 : stops.length - 1];
    // What is no stop may have the focus too, before the first one or behind the last.
    const outward = event.shiftKey ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
    const here = document.activeElement;
    if (here && (here === edge || edge.compareDocumentPosition(here) & outward)) {
      event.preventDefault();
      /** @type {HTMLElement} */ (stops[event.shiftKey ? stops.length - 1 : 0]).focus();
    }
  });
  function close() {
    if (closeLast !== close) return;
    closeLast = null;
    veil.remove();
    for (const el of behind) el.removeAttribute('aria-hidden');
    document.documentElement.classList.remove('has-panel');
    closed();
    if (before instanceof HTMLElement && document.contains(before)) before.focus({ preventScroll: true });
  }
  closeLast = close;
  for (const el of behind) el.setAttribute('aria-hidden', 'true');
  document.documentElement.classList.add('has-panel');
  document.body.append(veil);
  heading.focus({ preventScroll: true });
  return { content, told, close };
}
