// What of the board is looked at: a name or a NIP, a unit, a room.
import { h } from '../../kit/dom.js';
import { find } from './order.js';

/** @import { Room, Shown, Unit } from './types.js' */

const NIP = 18;

/** @param {string} id @param {string} label @param {string} all
 * @param {(value: string) => void} choose */
function choice(id, label, all, choose) {
  const select = h('select', { id, onchange: () => choose(select.value) });
  const field = h('div', { class: 'field' }, h('label', { for: id }, label),
    h('div', { class: 'select' }, select));
  return {
    field,
    select,
    /** @param {[string, string][]} options value and text @param {string} chosen */
    fill(options, chosen) {
      const texts = [['', all], ...options];
      if (select.options.length !== texts.length) {
        while (select.lastChild) select.lastChild.remove();
        for (const [value, text] of texts) select.append(h('option', { value }, text));
      }
      select.value = chosen;
      field.hidden = options.length < 2;
    },
  };
}

/** @param {string} event @param {Shown} shown @param {boolean} finds whether NIPs may be looked up
 * @param {() => void} changed */
export function filters(event, shown, finds, changed) {
  const told = h('p', { class: 'hint', id: 'cari-kabar', role: 'status' });
  let asked = 0;
  const search = h('input', { id: 'cari', type: 'search', autocomplete: 'off', spellcheck: 'false',
    'aria-describedby': 'cari-kabar', oninput: typed });

  function typed() {
    const digits = search.value.replace(/[\s.-]/g, '');
    const isNip = finds && /^\d+$/.test(digits);
    const ask = (asked += 1);
    shown.sitting = '';
    shown.text = isNip ? '' : search.value;
    told.textContent = isNip && digits.length < NIP ? `NIP: ${digits.length} dari ${NIP} angka` : '';
    changed();
    if (!isNip || digits.length < NIP) return;
    find(event, digits).then(({ sitting, why }) => {
      if (ask !== asked) return;
      shown.sitting = sitting;
      told.textContent = why;
      changed();
    });
  }

  const unit = choice('unit', 'Unit', 'Semua unit', (value) => {
    shown.unit = Number(value);
    changed();
  });
  const room = choice('ruang', 'Ruang', 'Semua ruang', (value) => {
    shown.room = value;
    changed();
  });
  const el = h('form', { class: 'filters', role: 'search', onsubmit: (/** @type {Event} */ e) => e.preventDefault() },
    h('div', { class: 'field' }, h('label', { for: 'cari' }, finds ? 'Cari nama atau NIP' : 'Cari nama'), search, told),
    unit.field, room.field);
  return {
    el,
    /** @param {Unit[]} units @param {Room[]} rooms */
    fill(units, rooms) {
      const named = [...units].sort((a, b) => a.name.localeCompare(b.name, 'id'));
      unit.fill(named.map(({ id, name }) => [String(id), name]), shown.unit ? String(shown.unit) : '');
      room.fill(rooms.map(({ id, name, venue }) => [id, venue ? `${name}, ${venue}` : name]), shown.room);
    },
    empty() {
      search.value = '';
      told.textContent = '';
      asked += 1;
    },
  };
}
