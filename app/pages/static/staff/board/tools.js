// Beside the list: what is done to no row of it.
import { button, clear, h } from '../../kit/dom.js';
import { openRoomPin } from './roompin.js';
import { openWalkIn } from './walkin.js';

/** @import { Person, Room, Shown, Unit } from './types.js' */

/** By name. @param {Iterable<Unit>} units */
const named = (units) => [...units].sort((a, b) => a.name.localeCompare(b.name, 'id'));

/** @param {string} event @param {Shown} shown @param {boolean} chief of the whole event
 * @param {{people: () => Person[], units: () => Iterable<Unit>, rooms: () => Room[]}} board */
export function tools(event, shown, chief, board) {
  const el = h('div', { class: 'tools' });
  let stood = 'never';

  /** Units and rooms that one may add people to: who is bound, to those of whom the board shows. */
  function within() {
    if (chief) return { units: named(board.units()), rooms: board.rooms() };
    const units = new Set();
    const rooms = new Set();
    for (const { unit, room } of board.people()) {
      units.add(unit);
      rooms.add(room);
    }
    return {
      units: named(board.units()).filter(({ id }) => units.has(id)),
      rooms: board.rooms().filter(({ id }) => rooms.has(id)),
    };
  }

  /** The one room that is shown. @returns {Room | undefined} */
  function only() {
    if (shown.room) return board.rooms().find(({ id }) => id === shown.room);
    const people = board.people();
    const one = people.length && people[0].room;
    return one && people.every(({ room }) => room === one) ? board.rooms().find(({ id }) => id === one) : undefined;
  }

  return {
    el,
    update() {
      const room = only();
      const now = room ? room.id : '';
      if (stood === now) return;
      stood = now;
      const had = el.contains(document.activeElement);
      clear(el).append(button('Tambah peserta…', () => {
        const { units, rooms } = within();
        const { code } = units.find(({ id }) => id === shown.unit) || { code: '' };
        openWalkIn(event, { units, rooms, code, number: shown.room });
      }, 'btn quiet'));
      if (room) el.append(button('PIN ruang baru…', () => openRoomPin(event, room.id, room.name), 'btn quiet'));
      const first = el.querySelector('button');
      if (had && first) first.focus({ preventScroll: true });
    },
  };
}
