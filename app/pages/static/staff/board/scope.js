// The bar beside the heading: to whom an act goes. Who is picked, else those of the place that is
// looked at, else everybody.
import { button, clear, h } from '../../kit/dom.js';
import { openMany } from './many.js';
import { count } from './words.js';

/** @import { Desk } from './desk.js' */
/** @import { Scope, Whom } from './types.js' */

/** @param {Desk} desk @returns {Whom | null} */
export function whomOf(desk) {
  const { acts, people, picked, shown, units, view } = desk;
  /** @param {Scope} scope @param {number} n @param {string} name @returns {Whom} */
  const whom = (scope, n, name) => ({ scope, count: n, name, one: false });
  if (picked.size) {
    return whom({ sittings: [...picked] }, picked.size, `${count(picked.size)} peserta yang dipilih`);
  }
  if (!view || view.narrowed) return null;
  const { target } = view.funnel;
  if (!target) return null;
  const { unit, room, wave } = shown;
  const parts = [unit && desk.unitName(unit), wave && `gelombang ${desk.waveName(wave)}`,
    room && `di ${desk.roomName(room).replace(/^R/, 'r')}`].filter(Boolean);
  const name = `${count(target)} peserta ${parts.join(' ')}`;
  // The room knows places one by one only: those of several at once are named.
  if (parts.length > 1) {
    return whom({ sittings: people.there(shown).map(({ sitting }) => sitting) }, target, name);
  }
  if (unit) return whom({ unit: (units.get(unit) || { code: '' }).code }, target, name);
  if (room) return whom({ room }, target, name);
  if (wave) return whom({ wave }, target, name);
  return acts === 'all' ? whom({ everybody: true }, target, `semua ${count(target)} peserta`) : null;
}

/** @param {Desk} desk @param {() => void} changed what is picked has changed
 * @param {() => void} closed a panel of this bar's was closed */
export function scopeBar(desk, changed, closed) {
  const el = h('div', { class: 'scope' });

  return {
    el,
    update() {
      const { acts, picked, view } = desk;
      const to = acts ? whomOf(desk) : null;
      const some = view && view.narrowed && acts ? view.list.length : 0;
      const key = `${to ? to.name : ''} ${some} ${picked.size}`;
      if (el.dataset.key === key) return;
      el.dataset.key = key;
      const had = el.contains(document.activeElement);
      clear(el);
      if (some && some !== picked.size) {
        el.append(button(`Pilih ${count(some)} yang tampil`, () => {
          if (desk.view) for (const { sitting } of desk.view.list) picked.add(sitting);
          changed();
        }));
      }
      if (picked.size) {
        el.append(button('Batalkan pilihan', () => {
          picked.clear();
          changed();
        }));
      }
      if (to) el.append(button(`Tindakan untuk ${to.name}…`, () => openMany(desk, to, closed), picked.size ? 'btn primary' : 'btn quiet'));
      const first = el.querySelector('button');
      if (had && first) first.focus({ preventScroll: true });
    },
  };
}
