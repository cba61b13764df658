// Somebody who is on no list: added in a minute, with a card on the screen.
import { button, clear, h } from '../../kit/dom.js';
import { cardShown } from './card.js';
import { Once } from './once.js';
import { walkIn, whyNot } from './order.js';
import { openPanel } from './panel.js';

/** @import { Room, Unit } from './types.js' */

const NIP = 18;
const NAME_MOST = 200;

/** @param {string} id @param {string} label @param {HTMLInputElement | HTMLSelectElement} control
 * @param {string} [hint] */
function field(id, label, control, hint) {
  const wrong = h('p', { class: 'error', id: `${id}-salah`, hidden: true });
  const told = h('p', { class: 'hint', id: `${id}-kabar`, hidden: !hint }, hint || '');
  control.id = id;
  control.setAttribute('aria-describedby', `${id}-salah ${id}-kabar`);
  const select = control instanceof HTMLSelectElement;
  return {
    el: h('div', { class: 'field' }, h('label', { for: id }, label), told, wrong,
      select ? h('div', { class: 'select' }, control) : control),
    hint: told,
    /** @param {string} why */
    fault(why) {
      wrong.textContent = why;
      wrong.hidden = !why;
      control.setAttribute('aria-invalid', String(Boolean(why)));
      if (why) control.focus();
      return !why;
    },
  };
}

/** @param {string} empty what stands there before anything is chosen @param {[string, string][]} options
 * @param {string} chosen */
function selectOf(empty, options, chosen) {
  const select = h('select', null, ...[['', empty], ...options].map(([value, text]) => h('option', { value }, text)));
  select.value = options.length === 1 ? options[0][0] : chosen;
  return select;
}

/** @param {string} event
 * @param {{units: Unit[], rooms: Room[], code: string, number: string}} use `code` of the unit, `number`
 *   of the room that the board shows; '' for several */
export function openWalkIn(event, { units, rooms, code, number }) {
  const { content, told, close } = openPanel('Tambah peserta', () => {});
  const place = h('div', { class: 'stack' });
  const once = new Once(place);
  const nip = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', spellcheck: 'false' });
  const name = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', maxlength: NAME_MOST });
  const unitChoice = selectOf('Pilih unit', units.map((one) => [one.code, one.name]), code);
  const roomChoice = selectOf('Pilih ruang', rooms.map((one) => [one.id, one.venue ? `${one.name}, ${one.venue}` : one.name]), number);
  const nipField = field('nip-baru', 'NIP', nip, `${NIP} angka`);
  const nameField = field('nama-baru', 'Nama lengkap', name);
  const unitField = field('unit-baru', 'Unit', unitChoice);
  const roomField = field('ruang-baru', 'Ruang', roomChoice);
  const digits = () => nip.value.replace(/[\s.-]/g, '');
  nip.addEventListener('input', () => {
    const n = digits().length;
    nipField.hint.textContent = n && n < NIP ? `${n} dari ${NIP} angka` : `${NIP} angka${n === NIP ? ' ✓' : ''}`;
  });

  function isComplete() {
    return nipField.fault(new RegExp(`^\\d{${NIP}}$`).test(digits()) ? '' : `NIP terdiri dari ${NIP} angka.`)
      && nameField.fault(name.value.trim() ? '' : 'Tulis nama lengkapnya.')
      && unitField.fault(unitChoice.value ? '' : 'Pilih unitnya.')
      && (!rooms.length || roomField.fault(roomChoice.value ? '' : 'Pilih ruangnya.'));
  }

  /** @param {{nip: string, name: string, unit: string, room?: string}} who */
  const add = (who) => once.order(JSON.stringify(who), async (action) => {
    told.say('Mengirim…');
    try {
      const reply = await walkIn(event, { action, ...who });
      told.say(reply.new ? `${who.name} ditambahkan dan boleh masuk.`
        : `${who.name} sudah terdaftar. Ini kartunya yang berlaku.`, 'ok');
      const shown = cardShown(reply.card, who.name, { nip: who.nip, title: 'Kartu peserta', away: close });
      clear(place).append(shown.el);
      shown.arrive();
      return true;
    } catch (error) {
      told.say(whyNot(error), 'bad');
      return false;
    }
  });

  place.append(h('p', null, 'Untuk peserta yang hadir tetapi tidak ada di daftar. Namanya masuk daftar, dan kartunya tampil di sini.'),
    h('form', { class: 'stack', novalidate: true, autocomplete: 'off', onsubmit: (/** @type {Event} */ e) => {
      e.preventDefault();
      if (isComplete()) {
        add({ nip: digits(), name: name.value.trim(), unit: unitChoice.value,
          ...(rooms.length ? { room: roomChoice.value } : {}) });
      }
    } }, nipField.el, nameField.el, unitField.el, rooms.length > 0 && roomField.el,
    h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'btn primary' }, 'Tambah peserta'),
      button('Batal', close))));
  content.append(place);
}
