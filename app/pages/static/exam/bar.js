// The bar above: how much time is left, and where the answers are; a tick only for what the server
// has on disk.
import { announce, h, minutes } from '../kit/dom.js';
/** @import { Session } from '../core/session.js' */

const MINUTE = 60000;
// Milliseconds above a mark that are an extension, not a clock put right.
const AGAIN = 15000;
// Milliseconds a save state stands before it is spoken: of many taps, the last.
const QUIET = 2000;

/** @param {Session} session */
export function bar(session) {
  const title = h('span', { class: 'event' });
  const clock = h('div', { class: 'clock', role: 'timer', 'aria-label': 'Sisa waktu' });
  const saved = h('div', { role: 'status', 'aria-live': 'off' });
  /** @type {Set<number>} marks in minutes that are still to be said */
  const ahead = new Set();
  let margin = 0;
  let tick = 0;
  let speak = 0;
  let spoken = '';

  function drawClock() {
    clearTimeout(tick);
    const left = session.leftMs();
    const text = left === null ? '' : minutes(left);
    if (clock.textContent !== text) clock.textContent = text;
    if (!left) return;
    clock.classList.toggle('soon', left <= 5 * MINUTE);
    if (session.state !== 'open') return;
    let passed = 0;
    for (const mark of [15, 5, 1]) {
      if (left > mark * MINUTE + margin) ahead.add(mark);
      else if (left <= mark * MINUTE && ahead.delete(mark)) passed = mark;
    }
    margin = AGAIN;
    if (passed) announce(`Sisa waktu ${Math.ceil(left / MINUTE)} menit`, passed === 1);
    // To the next whole second of what is left: a late timer adds up to nothing.
    tick = window.setTimeout(drawClock, left % 1000 || 1000);
  }

  function drawSaved() {
    const { unsent, network, durable } = session;
    let kind = '';
    let text = '';
    if (!unsent) {
      if (session.answers().size) [kind, text] = ['stored', 'Tersimpan ✓'];
    } else if (network === 'ok' && durable) {
      [kind, text] = ['device', 'Tersimpan di perangkat'];
    } else {
      [kind, text] = ['unsent', `Belum terkirim: ${unsent}`];
    }
    if (saved.textContent === text) return;
    saved.className = `save-state ${kind}`;
    saved.textContent = text;
    clearTimeout(speak);
    speak = window.setTimeout(() => {
      if (kind !== spoken) announce(text);
      spoken = kind;
    }, QUIET);
  }

  function update() {
    title.textContent = session.sitting && session.sitting.event.title;
    drawClock();
    drawSaved();
  }
  update();
  return {
    bar: h('header', { class: 'bar' }, title, clock, saved),
    update,
    leave() {
      clearTimeout(tick);
      clearTimeout(speak);
    },
  };
}
