// Beside the views: what is done to no row of the list.
import { button, clear, h } from '../../kit/dom.js';
import { openRoomPin } from './roompin.js';
import { openWalkIn } from './walkin.js';

/** @import { Desk } from './desk.js' */
/** @import { Room, Unit } from './types.js' */

/** By name. @param {Unit[]} units */
const named = (units) => units.sort((a, b) => a.name.localeCompare(b.name, 'id'));

/** @param {Desk} desk */
export function tools(desk) {
  const { people, shown } = desk;
  const el = h('div', { class: 'tools' });
  let stood = 'never';

  /** Units and rooms that one may add people to: who is bound, to those of whom the board shows. */
  function within() {
    if (desk.acts === 'all') return { units: named([...desk.units.values()]), rooms: desk.rooms };
    const here = new Set(people.list.map(({ room }) => room));
    return { units: named(desk.unitsHere()), rooms: desk.rooms.filter(({ id }) => here.has(id)) };
  }

  /** The one room that is shown. @returns {Room | undefined} */
  function only() {
    const [first] = people.list;
    const id = shown.room || (first && people.list.every(({ room }) => room === first.room) ? first.room : '');
    return desk.rooms.find((one) => one.id === id);
  }

  return {
    el,
    update() {
      const room = desk.acts ? only() : undefined;
      const now = room ? room.id : '';
      if (stood === now || !desk.acts) return;
      stood = now;
      const had = el.contains(document.activeElement);
      clear(el).append(button('Tambah peserta…', () => {
        const { units, rooms } = within();
        const { code } = units.find(({ id }) => id === shown.unit) || { code: '' };
        openWalkIn(desk.event, { units, rooms, code, number: shown.room });
      }, 'btn quiet'));
      if (room) el.append(button('PIN ruang baru…', () => openRoomPin(desk.event, room.id, room.name), 'btn quiet'));
      const first = el.querySelector('button');
      if (had && first) first.focus({ preventScroll: true });
    },
  };
}
