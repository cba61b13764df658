// Who of a unit is missing: a list for its coordinator, to be pasted into a message or as a sheet.
import { announce, button, h, time } from '../../kit/dom.js';
import { openPanel } from './panel.js';
import { count } from './words.js';

/** @import { Desk } from './desk.js' */
/** @import { Person } from './types.js' */

/** @param {string} head @param {Person[]} people */
const listed = (head, people) => (people.length
  ? [`${head} (${count(people.length)} peserta):`, ...people.map(({ name }, n) => `${n + 1}. ${name}`), ''] : []);

/** The message: who has not come, then who has and does not begin.
 * @param {string} place @param {Person[]} people @param {string} when "08.05 WITA" */
export function messageOf(place, people, when) {
  const of = (/** @type {string[]} */ ...groups) => people.filter(({ group }) => groups.includes(group));
  return [`${place}, pukul ${when}`, '', ...listed('Belum hadir', of('awaited', 'absent')),
    ...listed('Sudah hadir, belum mulai', of('ready'))].join('\n').trim();
}

/** @param {Desk} desk @param {number} unit */
export function openMissing(desk, unit) {
  const { event, people, shown, units } = desk;
  const { code, name } = units.get(unit) || { code: '', name: '' };
  const wave = shown.wave && `gelombang ${desk.waveName(shown.wave)}`;
  const place = [name, wave, desk.roomName(shown.room)].filter(Boolean).join(', ');
  const { content } = openPanel(`Belum hadir: ${name}`, () => {});
  const said = h('p', { role: 'status', class: 'hint' });
  const area = h('textarea', { class: 'copied', rows: 12, readonly: true, 'aria-label': 'Daftar yang belum hadir' });
  area.value = messageOf(place, people.there({ ...shown, unit }), time(desk.now()));

  async function copy() {
    let done;
    try {
      await navigator.clipboard.writeText(area.value);
      done = true;
    } catch {
      area.select(); // without TLS there is no clipboard but this one
      done = document.execCommand('copy');
    }
    said.textContent = done ? 'Daftar sudah disalin. Tempelkan di pesan kepada koordinator unit.'
      : 'Peramban ini tidak mengizinkan. Tandai daftar di atas, lalu salin.';
    announce(said.textContent);
  }

  const asked = [['unit', code], ['room', shown.room], ['wave', shown.wave]].filter(([, value]) => value);
  const query = new URLSearchParams(asked.map(([key, value]) => [String(key), String(value)]));
  const sheet = `/api/v1/staff/events/${encodeURIComponent(event)}/missing.xlsx?${query}`;
  content.append(area, h('div', { class: 'actions' }, button('Salin daftar', copy, 'btn primary'),
    h('a', { class: 'btn', href: sheet, download: true }, 'Unduh XLSX')), said);
}
