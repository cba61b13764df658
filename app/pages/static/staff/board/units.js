// The units: how far each is, in the order one likes, and from each a list of who is missing.
import { button, h } from '../../kit/dom.js';
import { linesOf } from './figures.js';
import { openMissing } from './missing.js';
import { clock, count } from './words.js';

/** @import { Desk } from './desk.js' */
/** @import { Line } from './figures.js' */
/** @import { Unit } from './types.js' */

/** @typedef {Exclude<keyof Line, 'yet' | 'most'>} Figure */

const BACK = '-balik';

/** @type {{column: Figure | 'name', word: string, said: string}[]} `said`: in the address */
const COLUMNS = [
  { column: 'name', word: 'Unit', said: 'unit' },
  { column: 'target', word: 'Sasaran', said: 'sasaran' },
  { column: 'arrived', word: 'Hadir', said: 'hadir' },
  { column: 'working', word: 'Mengerjakan', said: 'mengerjakan' },
  { column: 'done', word: 'Selesai', said: 'selesai' },
  { column: 'missing', word: 'Belum hadir', said: 'belum' },
  { column: 'finish', word: 'Perkiraan selesai', said: 'perkiraan' },
];
const FIRST = 'belum';

/** What an order is, as the address says it: "hadir", the other way round "hadir-balik".
 * @param {string} sort */
export function orderOf(sort) {
  const said = sort.endsWith(BACK) ? sort.slice(0, -BACK.length) : sort;
  const known = COLUMNS.find((one) => one.said === said);
  const { column } = known || /** @type {typeof COLUMNS[0]} */ (COLUMNS.find((one) => one.said === FIRST));
  return { column, back: Boolean(known) && sort.endsWith(BACK) };
}

/** Names from A on, numbers from the highest, unless it is turned round; who has none stands last.
 * @param {Unit[]} units @param {Map<number, Line>} lines @param {string} sort @returns {Unit[]} */
export function ordered(units, lines, sort) {
  const { column, back } = orderOf(sort);
  const turn = back ? -1 : 1;
  const byName = (/** @type {Unit} */ a, /** @type {Unit} */ b) => a.name.localeCompare(b.name, 'id');
  if (column === 'name') return [...units].sort((a, b) => turn * byName(a, b));
  const of = (/** @type {Unit} */ { id }) => (lines.get(id) || /** @type {Record<string, number>} */ ({}))[column] || 0;
  return [...units].sort((a, b) => Number(!of(a)) - Number(!of(b)) || turn * (of(b) - of(a)) || byName(a, b));
}

/** When a unit will be done, in words: when, then what else there is to say.
 * @param {Line} line @returns {[string, string]} */
export function forecast({ finish, most, yet, done }) {
  const others = yet ? `${count(yet)} belum mulai` : '';
  if (!finish) return [done && !yet ? 'sudah selesai' : '–', others];
  const early = clock(most) === clock(finish) ? '' : `9 dari 10: ${clock(most)}`;
  return [clock(finish), [early, others].filter(Boolean).join(' · ')];
}

/** @param {Desk} desk @param {{choose: (unit: number) => void, sort: (sort: string) => void}} use */
export function unitsBoard(desk, use) {
  // Roles are said, since a table that a phone shows as cards is none to some browsers.
  const body = h('tbody', { role: 'rowgroup' });
  const heads = COLUMNS.map(({ column, word, said }) => ({ column, el: h('th', { scope: 'col', role: 'columnheader' },
    button(word, () => {
      const now = orderOf(desk.shown.sort);
      use.sort(now.column === column && !now.back ? said + BACK : said);
    }, 'sorter')) }));
  const el = h('section', { class: 'units-frame', 'aria-label': 'Papan unit' }, h('table', { class: 'units', role: 'table' },
    h('caption', { class: 'hint' }, 'Perkiraan dihitung dari kecepatan tiap peserta sejauh ini. Yang belum mulai tidak ikut dihitung. “9 dari 10”: saat sembilan dari sepuluh yang sedang mengerjakan sudah selesai.'),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads.map((one) => one.el))), body));
  /** @type {Map<number, ReturnType<typeof row>>} */
  const rows = new Map();

  /** @param {Unit} unit */
  function row({ id, name }) {
    const cells = COLUMNS.slice(1).map(({ column, word }) => ({ column: /** @type {Figure} */ (column), word,
      td: h('td', { role: 'cell', class: column, 'data-word': word }) }));
    const missing = h('button', { type: 'button', class: 'btn', onclick: () => openMissing(desk, id) });
    const when = h('strong');
    const more = h('small');
    for (const { column, td } of cells) {
      if (column === 'missing') td.append(missing);
      if (column === 'finish') td.append(h('span', null, when, more));
    }
    const tr = h('tr', { role: 'row' },
      h('th', { scope: 'row', role: 'rowheader' }, button(name, () => use.choose(id), 'name')), ...cells.map(({ td }) => td));
    return {
      tr,
      /** @param {Line} line */
      tell(line) {
        for (const { column, td } of cells) {
          const text = count(line[column]);
          if (column === 'finish') [when.textContent, more.textContent] = forecast(line);
          else if (column === 'missing') {
            if (missing.textContent !== text) missing.textContent = text;
          } else if (td.textContent !== text) td.textContent = text;
        }
        missing.disabled = !line.missing && !line.yet;
        missing.setAttribute('aria-label', `${count(line.missing)} belum hadir dari ${name}: daftar`);
      },
    };
  }

  return {
    el,
    /** @param {number} at ms since 1970 */
    update(at) {
      const { people, shown } = desk;
      const lines = linesOf(people.there(shown), people.items, at);
      const units = ordered([...desk.units.values()].filter(({ id }) => lines.has(id)), lines, shown.sort);
      const { column, back } = orderOf(shown.sort);
      for (const head of heads) {
        const rises = (head.column === 'name') !== back;
        if (head.column === column) head.el.setAttribute('aria-sort', rises ? 'ascending' : 'descending');
        else head.el.removeAttribute('aria-sort');
      }
      for (const [id, { tr }] of rows) {
        if (!lines.has(id)) {
          tr.remove();
          rows.delete(id);
        }
      }
      // While somebody is in it with the keyboard, nothing changes its place.
      const stays = body.contains(document.activeElement) && body.children.length === units.length;
      for (const unit of units) {
        const one = rows.get(unit.id) || row(unit);
        rows.set(unit.id, one);
        one.tell(/** @type {Line} */ (lines.get(unit.id)));
      }
      const trs = units.map(({ id }) => /** @type {ReturnType<typeof row>} */ (rows.get(id)).tr);
      if (!stays && trs.some((tr, n) => body.children[n] !== tr)) body.append(...trs);
    },
  };
}
