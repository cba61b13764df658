// One person's panel: how it stands, and what can be done.
import { button, clear, h, minutes } from '../../kit/dom.js';
import { actions } from './acts.js';
import { personFacts } from './facts.js';
import { lateAnswers } from './late.js';
import { detailOf, whyNot } from './order.js';
import { openPanel } from './panel.js';
import { leftOf } from './people.js';
import { remarksList } from './remarks.js';
import { groupWord } from './words.js';

/** @import { Detail, Person } from './types.js' */

/** @param {Person} person
 * @param {{event: string, canAct: boolean, chief: boolean, items: () => number, now: () => number,
 *   placeOf: (person: Person) => string, closed: () => void}} use */
export function openPerson(person, use) {
  const { event } = use;
  const { name, sitting } = person;
  let isOpen = true;
  const panel = openPanel(name, () => {
    isOpen = false;
    use.closed();
  });
  const group = h('span');
  const clock = h('div', { class: 'panel-clock', role: 'timer' });
  const fill = h('span', { class: 'fill' });
  const held = h('p', { class: 'held-back' }, 'Ditahan: belum boleh mulai sampai diterima.');
  const facts = personFacts();
  const remarks = remarksList();
  const missing = h('div', { class: 'stack' });
  const { told } = panel;
  const late = lateAnswers({ event, sitting, name, chief: use.canAct && use.chief, told, acted: load });
  const acts = use.canAct ? actions(event, { scope: { sittings: [sitting] }, count: 1, name, one: true },
    { members: () => [person], told, acted: load }) : null;
  panel.content.append(
    h('p', { class: 'hint' }, use.placeOf(person)),
    h('div', { class: 'panel-state' }, group, clock),
    h('span', { class: 'track', 'aria-hidden': 'true' }, fill), held, facts.top, late.el);
  if (acts) panel.content.append(acts.el);
  panel.content.append(missing, remarks.el, facts.rest);

  /** @type {Detail | null} */
  let detail = null;
  let asked = 0;
  let known = '';
  /** What the row does not say; again when the row tells that there is more. */
  async function load() {
    const ask = (asked += 1);
    try {
      const came = await detailOf(event, sitting);
      if (ask !== asked || !isOpen) return;
      detail = came;
      clear(missing);
      remarks.update(came.remarks);
      update();
    } catch (error) {
      if (ask !== asked || !isOpen) return;
      clear(missing).append(h('p', { class: 'hint' }, `Catatan belum dapat dimuat. ${whyNot(error)}`),
        button('Muat lagi', load));
    }
  }

  function update() {
    const at = use.now();
    const items = use.items();
    const { word, sign } = groupWord(person.group);
    group.className = `group ${person.group}`;
    group.dataset.sign = sign;
    if (group.textContent !== word) group.textContent = word;
    const left = leftOf(person, at);
    clock.textContent = left === null ? '' : `sisa ${minutes(left)}`;
    fill.style.width = items ? `${(100 * person.answered) / items}%` : '0';
    held.hidden = !person.held;
    facts.update(person, items, at);
    late.update(person.late || 0, detail && detail.late);
    if (acts) acts.update();
    const now = `${person.remarks} ${person.late} ${person.card}`;
    if (known !== now) {
      known = now;
      load();
    }
  }
  update();
  return { update };
}
