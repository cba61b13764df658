// What of the board is looked at: a name or a NIP, a unit, a wave, a room.
import { h } from '../../kit/dom.js';
import { find } from './order.js';

/** @import { Desk } from './desk.js' */
/** @import { Shown } from './types.js' */

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
      const key = JSON.stringify(texts);
      if (select.dataset.key !== key) {
        select.dataset.key = key;
        while (select.lastChild) select.lastChild.remove();
        for (const [value, text] of texts) select.append(h('option', { value }, text));
      }
      select.value = chosen;
      field.hidden = options.length < 2;
    },
  };
}

/** @param {Desk} desk @param {(change: Partial<Shown>) => void} typed
 * @param {(change: Partial<Shown>) => void} narrow */
export function filters(desk, typed, narrow) {
  const { shown } = desk;
  const finds = Boolean(desk.acts); // only who acts may look NIPs up
  const told = h('p', { class: 'hint', id: 'cari-kabar', role: 'status' });
  let asked = 0;
  const search = h('input', { id: 'cari', type: 'search', autocomplete: 'off', spellcheck: 'false',
    'aria-describedby': 'cari-kabar', oninput: onTyped });

  function onTyped() {
    const digits = search.value.replace(/[\s.-]/g, '');
    const isNip = finds && /^\d+$/.test(digits);
    const ask = (asked += 1);
    told.textContent = isNip && digits.length < NIP ? `NIP: ${digits.length} dari ${NIP} angka` : '';
    typed({ sitting: '', text: isNip ? '' : search.value });
    if (!isNip || digits.length < NIP) return;
    find(desk.event, digits).then(({ sitting, why }) => {
      if (ask !== asked) return;
      told.textContent = why;
      typed({ sitting });
    });
  }

  const unit = choice('unit', 'Unit', 'Semua unit', (value) => narrow({ unit: Number(value) }));
  const wave = choice('gelombang', 'Gelombang', 'Semua', (value) => narrow({ wave: Number(value) }));
  const room = choice('ruang', 'Ruang', 'Semua', (value) => narrow({ room: value }));
  const named = h('div', { class: 'field broad' },
    h('label', { for: 'cari' }, finds ? 'Cari nama atau NIP' : 'Cari nama'), search, told);
  unit.field.classList.add('broad');
  return {
    el: h('form', { class: 'filters', role: 'search', onsubmit: (/** @type {Event} */ e) => e.preventDefault() },
      named, unit.field, wave.field, room.field),
    /** What can be chosen, and what is. */
    update() {
      const units = desk.unitsHere().sort((a, b) => a.name.localeCompare(b.name, 'id'));
      unit.fill(units.map(({ id, name }) => [String(id), name]), shown.unit ? String(shown.unit) : '');
      wave.fill(desk.waves.map(({ id, name }) => [String(id), name]), shown.wave ? String(shown.wave) : '');
      room.fill(desk.rooms.map(({ id, name, venue }) => [id, venue ? `${name}, ${venue}` : name]), shown.room);
      // The board of units lists them all, and no person.
      named.hidden = shown.byUnit;
      if (shown.byUnit) unit.field.hidden = true;
    },
    /** Let another text stand there, which nobody typed. @param {string} text */
    type(text) {
      if (search.value !== text) search.value = text;
      told.textContent = '';
      asked += 1;
    },
  };
}
