// Beside the views: what is done to no row of the list.
import { button, clear, h } from '../../kit/dom.js';
import { openRoomPin } from './roompin.js';
import { openWalkIn } from './walkin.js';

/** @import { Desk } from './desk.js' */
/** @import { Room } from './types.js' */

/** @param {Desk} desk */
export function tools(desk) {
  const { people, shown } = desk;
  const el = h('div', { class: 'tools' });
  let stood = 'never';

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
      clear(el).append(button('Tambah peserta…', () => openWalkIn(desk), 'btn quiet'));
      if (room) el.append(button('PIN ruang baru…', () => openRoomPin(desk.event, room.id, room.name), 'btn quiet'));
      const first = el.querySelector('button');
      if (had && first) first.focus({ preventScroll: true });
    },
  };
}
