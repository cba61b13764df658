// What can be done to somebody, or to several: two taps, a sentence first where it weighs.
import { button, clear, h } from '../../kit/dom.js';
import { KINDS, outcome } from './actwords.js';
import { cardShown } from './card.js';
import { formOf, MINUTES } from './forms.js';
import { AT_ONCE, fitting, UNDOABLE } from './kinds.js';
import { Once } from './once.js';
import { send, whyNot } from './order.js';
import { count } from './words.js';

/** @import { Kind, More, Person, Whom } from './types.js' */
/** @import { Told } from './told.js' */

/** @param {string} event @param {Whom} whom
 * @param {{members: () => Person[], told: Told, acted?: () => void}} use `members`: who they are
 *   now · `acted`: something was done */
export function actions(event, whom, { members, told, acted = () => {} }) {
  const choices = h('div', { class: 'acts stack' });
  const place = h('div', { class: 'act-form' });
  const el = h('section', { class: 'stack', 'aria-label': 'Tindakan' }, choices, place);
  const once = new Once(el);
  let stood = '';
  /** @type {Map<Kind, HTMLElement>} buttons whose count is told */
  const buttons = new Map();
  const row = h('div', { class: 'choices' });

  /** @param {Kind} kind @param {More} more */
  const order = (kind, more) => once.order(JSON.stringify([kind, more]), async (action) => {
    told.say('Mengirim…');
    // Its button is gone while it is on its way; any other is pressed again where it stands.
    const again = kind === 'undo' ? () => order(kind, more) : null;
    try {
      const reply = await send(event, { kind, action, ...more }, whom.scope);
      const did = reply.done + reply.again > 0;
      const undo = did && UNDOABLE.includes(kind) ? () => order('undo', { undoes: action })
        : reply.failed ? again : null;
      told.say(outcome(kind, reply, whom.one ? whom.name : '', more), did && !reply.failed ? 'ok' : 'warn', undo);
      const card = reply.sittings[0]?.card;
      if (card) show(card);
      else if (!reply.failed && kind !== 'undo') back(false);
      if (did) acted();
      // Who did not come through is tried again under the same name; else the order is over.
      return !reply.failed;
    } catch (error) {
      told.say(whyNot(error), 'bad', again);
      return false;
    }
  });

  /** @param {import('./types.js').NewCard} card */
  function show(card) {
    const shown = cardShown(card, whom.name, { title: 'Kartu baru', away: () => back(true) });
    clear(place).append(shown.el);
    shown.arrive();
  }

  /** To the choices again. @param {boolean} focus */
  function back(focus) {
    const had = place.contains(document.activeElement);
    clear(place);
    choices.hidden = false;
    const first = choices.querySelector('button');
    if ((focus || had) && first) first.focus({ preventScroll: true });
  }

  /** @param {Kind} kind @param {number} n */
  function open(kind, n) {
    once.another();
    choices.hidden = true;
    const form = formOf(kind, whom, n, (more) => order(kind, more), () => back(true));
    clear(place).append(form);
    const first = /** @type {HTMLElement | null} */ (form.querySelector('textarea, input, button'));
    if (first) first.focus({ preventScroll: true });
    form.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Kind} kind @param {number} n */
  const nameOf = (kind, n) => (whom.one ? `${KINDS[kind]}…` : `${KINDS[kind]} (${count(n)})…`);

  /** @param {Kind} kind @param {number} n */
  function offer(kind, n) {
    const direct = whom.one && AT_ONCE.includes(kind);
    const one = direct ? button(KINDS[kind], () => order(kind, {}), kind === 'pause' ? 'btn' : 'btn primary')
      : button(nameOf(kind, n), () => open(kind, fitting(members()).get(kind) || 0));
    if (!direct) buttons.set(kind, one);
    row.append(one);
  }

  function draw() {
    const fits = fitting(members());
    // Of several, what fits nobody any more stays where it is, and what has come to fit somebody
    // stands behind: buttons keep their places.
    if (!whom.one && stood) {
      for (const [kind, one] of buttons) one.textContent = nameOf(kind, fits.get(kind) || 0);
      for (const [kind, n] of fits) if (!buttons.has(kind)) offer(kind, n);
      return;
    }
    const kinds = [...fits.keys()];
    if (stood === kinds.join()) return;
    stood = kinds.join();
    const had = choices.contains(document.activeElement);
    clear(choices);
    if (whom.one && fits.has('extend')) {
      choices.append(h('div', { class: 'minutes', role: 'group', 'aria-label': 'Tambah waktu' },
        h('span', { class: 'label' }, 'Tambah waktu, menit'),
        ...MINUTES.map((n) => h('button', { type: 'button', class: 'btn', 'aria-label': `+${n} menit`,
          onclick: () => order('extend', { minutes: n }) }, `+${n}`))));
    }
    clear(row);
    for (const [kind, n] of fits) if (!whom.one || kind !== 'extend') offer(kind, n);
    choices.append(row);
    const first = choices.querySelector('button');
    if (had && first) first.focus({ preventScroll: true });
  }
  draw();

  return {
    el,
    /** What can be done follows how they stand; under a second click no other button comes. */
    update() {
      if (!once.isResting()) draw();
    },
  };
}
