// The units: how many of each are still missing, most first, and a list of them to hand on.
import { announce, button, clear, h } from '../../kit/dom.js';
import { openPanel } from './panel.js';
import { count } from './words.js';

/** @import { People } from './people.js' */
/** @import { Unit } from './types.js' */

/** @typedef {{target: number, arrived: number, working: number, done: number, missing: number}} Line */

/** @type {[keyof Line, string][]} */
const COLUMNS = [['target', 'Sasaran'], ['arrived', 'Hadir'], ['working', 'Mengerjakan'],
  ['done', 'Selesai'], ['missing', 'Belum hadir']];

/** @param {People} people @returns {Map<number, Line>} */
export function linesOf(people) {
  /** @type {Map<number, Line>} */
  const lines = new Map();
  for (const { unit, group } of people.list) {
    let line = lines.get(unit);
    if (!line) lines.set(unit, line = { target: 0, arrived: 0, working: 0, done: 0, missing: 0 });
    line.target += 1;
    if (group === 'awaited' || group === 'absent') line.missing += 1;
    else line.arrived += 1;
    if (group === 'done') line.done += 1;
    if (group === 'working' || group === 'lost' || group === 'paused') line.working += 1;
  }
  return lines;
}

/** @param {People} people @param {(unit: number) => void} choose */
export function unitsTable(people, choose) {
  // Roles are said, since a table that a phone shows as cards is none to some browsers.
  const body = h('tbody', { role: 'rowgroup' });
  const head = (/** @type {string} */ word) => h('th', { scope: 'col', role: 'columnheader' }, word);
  const el = h('div', { class: 'units-frame' }, h('table', { class: 'units', role: 'table' },
    h('caption', { class: 'vh' }, 'Unit, yang paling banyak belum hadir lebih dahulu'),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head('Unit'),
      ...COLUMNS.map(([, word]) => head(word)), head('Yang belum'))),
    body));
  /** @type {Map<number, {tr: HTMLElement, tell: (line: Line) => void}>} */
  const rows = new Map();

  /** @param {Unit} unit */
  function row({ id, name }) {
    const figures = COLUMNS.map(([column, word]) => h('td', { role: 'cell', class: column, 'data-word': word }));
    const copy = h('button', { type: 'button', class: 'btn', onclick: () => missing(people, id, name) },
      'Salin daftar', h('span', { class: 'vh' }, ` yang belum hadir dari ${name}`));
    const tr = h('tr', { role: 'row' },
      h('th', { scope: 'row', role: 'rowheader' }, button(name, () => choose(id), 'name')), ...figures, h('td', { role: 'cell', class: 'copy' }, copy));
    return {
      tr,
      /** @param {Line} line */
      tell(line) {
        COLUMNS.forEach(([column], n) => {
          const text = count(line[column]);
          if (figures[n].textContent !== text) figures[n].textContent = text;
        });
        copy.disabled = !line.missing;
      },
    };
  }

  return {
    el,
    /** @param {Unit[]} units */
    update(units) {
      const lines = linesOf(people);
      const shown = units.filter(({ id }) => lines.has(id));
      const line = (/** @type {Unit} */ { id }) => /** @type {Line} */ (lines.get(id));
      shown.sort((a, b) => line(b).missing - line(a).missing || a.name.localeCompare(b.name, 'id'));
      // While somebody is in it with the keyboard, nothing changes its place.
      const stays = body.contains(document.activeElement) && rows.size === shown.length;
      for (const unit of shown) {
        const one = rows.get(unit.id) || row(unit);
        rows.set(unit.id, one);
        one.tell(line(unit));
      }
      const order = shown.map(({ id }) => /** @type {{tr: HTMLElement}} */ (rows.get(id)).tr);
      if (!stays && order.some((tr, n) => body.children[n] !== tr)) body.append(...order);
    },
  };
}

/** Copy the names of those who are missing; where that is not allowed, show them to be copied.
 * @param {People} people @param {number} unit @param {string} name */
async function missing(people, unit, name) {
  const names = people.list
    .filter((one) => one.unit === unit && (one.group === 'awaited' || one.group === 'absent'))
    .map((one, n) => `${n + 1}. ${one.name}`);
  const text = [`Belum hadir, ${name} (${count(names.length)} peserta):`, ...names].join('\n');
  const panel = openPanel(`Belum hadir: ${name}`, () => {});
  const said = h('p', { role: 'status', class: 'hint' });
  const area = h('textarea', { class: 'copied', rows: 12, readonly: true, 'aria-label': 'Daftar yang belum hadir' });
  area.value = text;
  async function copy() {
    let done;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      area.select(); // without TLS there is no clipboard but this one
      done = document.execCommand('copy');
    }
    said.textContent = done ? `${count(names.length)} nama sudah disalin. Tempelkan di pesan kepada koordinator unit.`
      : 'Peramban ini tidak mengizinkan. Tandai daftar di atas, lalu salin.';
    announce(said.textContent);
  }
  clear(panel.content).append(area, said, h('div', { class: 'actions' }, button('Salin lagi', copy, 'btn primary')));
  await copy();
}
