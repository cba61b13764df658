// Another PIN for a room, in digits that are read from the last row.
import { button, clear, h } from '../../kit/dom.js';
import { fours } from './card.js';
import { Once } from './once.js';
import { roomPin, whyNot } from './order.js';
import { openPanel } from './panel.js';
import { roomWord } from './words.js';

/** @param {string} event @param {string} room @param {string} name as people call it */
export function openRoomPin(event, room, name) {
  const { content, told, close } = openPanel(`PIN ${roomWord(name).replace(/^R/, 'r')}`, () => {});
  const place = h('div', { class: 'stack' });
  const once = new Once(place);
  const make = () => once.order(room, async (action) => {
    told.say('Mengirim…');
    try {
      const { pin } = await roomPin(event, room, action);
      const heading = h('h3', { tabindex: -1 }, 'PIN ruang sekarang');
      clear(place).append(heading, h('p', { class: 'digits-shown large' },
        ...fours(pin.split(' '))),
      h('p', null, 'Tulis di papan tulis atau bacakan. Peserta mengetiknya saat masuk.'));
      told.say('PIN lama tidak berlaku lagi.', 'ok');
      heading.focus({ preventScroll: true });
      return true;
    } catch (error) {
      told.say(whyNot(error), 'bad');
      return false;
    }
  });
  place.append(h('p', null, 'PIN ruang yang lama tidak berlaku lagi untuk masuk. Peserta yang sudah masuk tidak terganggu.'),
    h('div', { class: 'actions' }, button('Buat PIN baru', make, 'btn primary'), button('Batal', close)));
  content.append(place);
}
