// What is known of one person: what is looked at first, and the details below.
import { h, time } from '../../kit/dom.js';
import { seenWords, SEALERS, span } from './words.js';

/** @import { Person } from './types.js' */

const FIRST = ['Dijawab', 'Ragu-ragu', 'Terlihat'];
const DETAILS = ['Mulai', 'Batas waktu', 'Waktu tambahan', 'Dikumpulkan', 'Belum dibaca', 'Perangkat',
  'Kartu', 'Jaringan', 'Gangguan terakhir', 'Halaman ditinggalkan'];

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

/** "pukul 09.12–09.15 WITA (3 menit)" of "from:to"; '' without one. @param {string} away */
function outage(away) {
  const [from, to] = away.split(':').map(Number);
  return from && to ? `mulai pukul ${time(from)}, ${span(to - from)}` : '';
}

/** @returns {{top: HTMLElement, rest: HTMLElement,
 *   update: (person: Person, items: number, at: number) => void}} */
export function personFacts() {
  const first = factsOf(FIRST);
  const more = factsOf(DETAILS);
  const details = h('section', { class: 'stack', 'aria-label': 'Rincian' }, h('h3', null, 'Rincian'), more.list);
  return {
    top: first.list,
    rest: details,
    update(person, items, at) {
      first.tell('Dijawab', `${person.answered} dari ${items} soal`);
      first.tell('Ragu-ragu', person.flagged ? `${person.flagged} soal` : '');
      first.tell('Terlihat', seenWords(person.seen_at, at));
      more.tell('Mulai', person.started_at ? `pukul ${time(person.started_at)}` : 'belum mulai');
      more.tell('Batas waktu', person.state === 'open' ? `pukul ${time(person.deadline)}` : '');
      more.tell('Waktu tambahan', person.extra_ms ? span(person.extra_ms) : '');
      more.tell('Dikumpulkan', person.sealed_at
        ? `pukul ${time(person.sealed_at)} ${SEALERS[person.sealed_by] || ''}` : '');
      more.tell('Belum dibaca', person.notices ? `${person.notices} pemberitahuan` : '');
      more.tell('Perangkat', person.device ? `kode ${person.device}` : '');
      more.tell('Kartu', person.card > 1 ? `nomor ${person.card}` : '');
      more.tell('Jaringan', person.network || '');
      more.tell('Gangguan terakhir', outage(person.away || ''));
      more.tell('Halaman ditinggalkan', person.focus ? `${person.focus} kali` : '');
    },
  };
}
