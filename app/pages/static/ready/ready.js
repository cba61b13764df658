// Before the clock runs: what and how; a try; a look at the device; then the start.
import { arrive, button, clear, h, heading } from '../kit/dom.js';
import { check } from './check.js';
import { guide } from './guide.js';
import { opening } from './opening.js';
import { practice } from './practice.js';

/** @import { Session } from '../core/session.js' */
/** @typedef {{element: HTMLElement, leave?: () => void}} Step */
/** @typedef {(session: Session) => Step} Draw */

/** @type {[string, Draw][]} */
const STEPS = [['Petunjuk', guide], ['Soal latihan', practice], ['Pemeriksaan perangkat', check]];
const LAST = STEPS.length - 1;

/** @param {HTMLElement} root @param {Session} session */
export function show(root, session) {
  let at = 0;
  /** @type {Step | undefined} */
  let step;
  const steps = STEPS.map(([name]) => h('li', null, name));
  const place = h('div');
  const terms = h('div', { class: 'stack' });
  const foot = h('div', { class: 'actions' });
  const open = opening(session, buttons);
  root.append(
    h('main', { class: 'sheet' },
      heading('Sebelum mulai'), open.element, h('ol', { class: 'steps' }, ...steps), terms, place),
    h('footer', { class: 'bar' }, foot));

  /** @param {number} to */
  function go(to) {
    if (step && step.leave) step.leave();
    at = to;
    step = STEPS[at][1](session);
    clear(place).append(step.element);
    steps.forEach((one, n) => {
      one.className = n < at ? 'done' : '';
      one.setAttribute('aria-current', n === at ? 'step' : 'false');
    });
    buttons();
  }

  /** @param {string} name @param {number} to @param {string} [cls] */
  const move = (name, to, cls) => button(name, () => {
    go(to);
    arrive(root);
  }, cls);

  function buttons() {
    if (!step) return;
    clear(terms);
    clear(foot);
    if (at) foot.append(move('Kembali', at - 1));
    else foot.append(move('Lewati petunjuk', LAST));
    if (at < LAST) foot.append(move('Lanjut', at + 1, 'btn primary'));
    else if (open.isOpen()) {
      terms.append(...open.terms());
      foot.append(open.start);
    }
  }

  go(0);
  return () => {
    if (step && step.leave) step.leave();
    open.leave();
  };
}
