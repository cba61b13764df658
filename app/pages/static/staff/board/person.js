// One person's panel: how it stands, and what can be done.
import { h, minutes, time } from '../../kit/dom.js';
import { actions } from './acts.js';
import { openPanel } from './panel.js';
import { leftOf } from './people.js';
import { groupWord, seenWords, SEALERS, span } from './words.js';

/** @import { Person } from './types.js' */

/** Facts that change in place: a name, and what is said of it; '' leaves it out.
 * @param {string[]} names */
function factsOf(names) {
  const list = h('dl', { class: 'facts' });
  const held = new Map(names.map((name) => {
    const pair = [h('dt', null, name), h('dd')];
    list.append(...pair);
    return [name, pair];
  }));
  return {
    list,
    /** @param {string} name @param {string} text */
    tell(name, text) {
      const [dt, dd] = /** @type {HTMLElement[]} */ (held.get(name));
      if (dd.textContent !== text) dd.textContent = text;
      dt.hidden = dd.hidden = !text;
    },
  };
}

/** @param {Person} person
 * @param {{event: string, canAct: boolean, items: () => number, now: () => number,
 *   placeOf: (person: Person) => string, closed: () => void}} use */
export function openPerson(person, use) {
  const panel = openPanel(person.name, use.closed);
  const group = h('span');
  const clock = h('div', { class: 'panel-clock', role: 'timer' });
  const fill = h('span', { class: 'fill' });
  const facts = factsOf(['Dijawab', 'Ragu-ragu', 'Terakhir terlihat', 'Mulai', 'Batas waktu',
    'Waktu tambahan', 'Dikumpulkan', 'Belum dibaca', 'Perangkat']);
  const acts = use.canAct ? actions(use.event,
    { scope: { sittings: [person.sitting] }, count: 1, name: person.name, one: true }) : null;
  panel.content.append(
    h('p', { class: 'hint' }, use.placeOf(person)),
    h('div', { class: 'panel-state' }, group, clock),
    h('span', { class: 'track', 'aria-hidden': 'true' }, fill), facts.list);
  if (acts) panel.content.append(acts.el);

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
    facts.tell('Dijawab', `${person.answered} dari ${items} soal`);
    facts.tell('Ragu-ragu', person.flagged ? `${person.flagged} soal` : '');
    facts.tell('Terakhir terlihat', seenWords(person.seen_at, at));
    facts.tell('Mulai', person.started_at ? `pukul ${time(person.started_at)}` : 'belum mulai');
    facts.tell('Batas waktu', person.state === 'open' ? `pukul ${time(person.deadline)}` : '');
    facts.tell('Waktu tambahan', person.extra_ms ? span(person.extra_ms) : '');
    facts.tell('Dikumpulkan', person.sealed_at
      ? `pukul ${time(person.sealed_at)} ${SEALERS[person.sealed_by] || ''}` : '');
    facts.tell('Belum dibaca', person.notices ? `${person.notices} pemberitahuan` : '');
    facts.tell('Perangkat', person.device ? `nomor ${person.device}` : '');
    if (acts) acts.update(person.state);
  }
  update();
  return { update };
}
