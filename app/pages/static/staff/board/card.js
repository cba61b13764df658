// A new card on the proctor's screen: to be scanned by a phone, or typed from it.
import { button, h } from '../../kit/dom.js';
import { qrCode } from './qr.js';

/** @import { NewCard } from './types.js' */

/** What the code holds: browsers never send what stands behind the `#`. Without a NIP the page asks
 * for that alone. @param {string} pin @param {string} nip */
const linkOf = (pin, nip) => `${location.origin}/#${nip}.${pin.replace(/\D/g, '')}`;

/** Digits in groups, of which none breaks. @param {string[]} groups @returns {(Node | string)[]} */
export const fours = (groups) =>
  groups.reduce((all, group) => all.concat(h('span', { class: 'four' }, group), ' '), /** @type {(Node | string)[]} */ ([]));

/** @param {NewCard} card @param {string} name of whom it is
 * @param {{nip?: string, title: string, away: () => void}} use `away`: it was seen, and goes */
export function cardShown({ number, pin }, name, { nip = '', title, away }) {
  const heading = h('h3', { tabindex: -1 }, title);
  const groups = pin.replace(/\D/g, '').match(/.{1,4}/g) || [];
  const parts = fours(groups);
  const el = h('section', { class: 'slip stack', 'aria-label': title }, heading,
    h('p', { class: 'hint' }, number > 1 ? `${name} · kartu nomor ${number}` : name),
    h('div', null, h('p', { class: 'label' }, 'PIN kartu'), h('p', { class: 'digits-shown' }, ...parts)),
    h('div', { class: 'qr-frame' }, qrCode(linkOf(pin, nip), 'Kode QR untuk masuk, dipindai dengan kamera ponsel')),
    h('p', null, nip ? 'Pindai kode ini dengan kamera ponsel peserta: ujiannya terbuka sendiri. '
      : 'Pindai kode ini dengan kamera ponsel peserta: PIN terisi sendiri, tinggal mengetik NIP. ',
    'Atau buka ', h('strong', null, location.host), ' lalu ketik NIP dan PIN ini.'),
    h('p', { class: 'hint' }, 'Tutup setelah dipakai, agar tidak dibaca orang lain.'),
    h('div', { class: 'actions' }, button('Tutup kartu', () => {
      el.remove();
      away();
    }, 'btn primary')));
  return {
    el,
    arrive() {
      heading.focus({ preventScroll: true });
      el.scrollIntoView({ block: 'nearest' });
    },
  };
}
