// Somebody who is on no list: added in a minute, with a card on the screen.
import { Refused } from '../../core/api.js';
import { button, clear, h } from '../../kit/dom.js';
import { cardShown } from './card.js';
import { fieldOf, selectOf, typed } from './field.js';
import { Once } from './once.js';
import { walkIn, whyNot } from './order.js';
import { openPanel } from './panel.js';
import { roomWord } from './words.js';

/** @import { Desk } from './desk.js' */
/** @import { WalkIn } from './types.js' */

const NIP = 18;
const OWN_NUMBERS = /^99/; // of staff without a NIP, which tells neither sex nor birth date
const NAME_MOST = 200;

/** The one place where all who are shown sit; else none. @param {Desk} desk */
function placeOf({ people: { list }, shown, units }) {
  const [first] = list;
  const one = (/** @type {'unit' | 'room'} */ what) =>
    shown[what] || (first && list.every((person) => person[what] === first[what]) ? first[what] : '');
  const unit = units.get(Number(one('unit')));
  return { code: unit ? unit.code : '', room: String(one('room')) };
}

/** @param {Desk} desk */
export function openWalkIn(desk) {
  const { content, told, close } = openPanel('Tambah peserta', () => {});
  const box = h('div', { class: 'stack' });
  const once = new Once(box);
  const here = placeOf(desk);
  const units = [...desk.units.values()].sort((a, b) => a.name.localeCompare(b.name, 'id'));
  const nip = typed({ inputmode: 'numeric' });
  const name = typed({ maxlength: NAME_MOST });
  const sex = selectOf('Pilih', [['P', 'Perempuan'], ['L', 'Laki-laki']], '');
  const born = typed({ inputmode: 'numeric', placeholder: '26-09-1986' });
  const unit = selectOf('Pilih unit', units.map((one) => [one.code, one.name]), here.code);
  const room = selectOf('Pilih ruang',
    desk.rooms.map((one) => [one.id, one.venue ? `${one.name}, ${one.venue}` : one.name]), here.room);
  /** By the names that the server has for them. @type {Map<string, ReturnType<typeof fieldOf>>} */
  const fields = new Map([
    ['nip', fieldOf('nip-baru', 'NIP', nip, `${NIP} angka`)],
    ['name', fieldOf('nama-baru', 'Nama lengkap', name)],
    ['sex', fieldOf('kelamin-baru', 'Jenis kelamin', sex)],
    ['birth_date', fieldOf('lahir-baru', 'Tanggal lahir', born, 'Misalnya 26-09-1986')],
    ['unit', fieldOf('unit-baru', 'Unit', unit)],
    ['room', fieldOf('ruang-baru', 'Ruang', room)],
  ]);
  const field = (/** @type {string} */ key) => /** @type {ReturnType<typeof fieldOf>} */ (fields.get(key));
  const digits = () => nip.value.replace(/[\s.-]/g, '');

  function count() {
    const n = digits().length;
    field('nip').tell(n && n < NIP ? `${n} dari ${NIP} angka` : `${NIP} angka${n === NIP ? ' ✓' : ''}`);
    const isOwn = OWN_NUMBERS.test(digits());
    for (const key of ['sex', 'birth_date']) field(key).el.hidden = !isOwn;
  }
  nip.addEventListener('input', count);
  count();
  field('room').el.hidden = !desk.rooms.length;

  /** The first that cannot be right is named, and gets the focus. @returns {WalkIn | null} */
  function read() {
    for (const one of fields.values()) one.fault('');
    const isOwn = OWN_NUMBERS.test(digits());
    /** @type {[string, boolean, string][]} */
    const rules = [
      ['nip', /^\d+$/.test(digits()) && digits().length === NIP, `NIP terdiri dari ${NIP} angka.`],
      ['name', Boolean(name.value.trim()), 'Tulis nama lengkapnya.'],
      ['sex', !isOwn || Boolean(sex.value), 'Pilih jenis kelaminnya.'],
      ['birth_date', !isOwn || Boolean(born.value.trim()), 'Tulis tanggal lahirnya.'],
      ['unit', Boolean(unit.value), 'Pilih unitnya.'],
      ['room', !desk.rooms.length || Boolean(room.value), 'Pilih ruangnya.'],
    ];
    const wrong = rules.find(([, isRight]) => !isRight);
    if (wrong) {
      field(wrong[0]).fault(wrong[2]);
      return null;
    }
    return {
      nip: digits(),
      name: name.value.trim(),
      unit: unit.value,
      ...(desk.rooms.length ? { room: room.value } : {}),
      ...(isOwn ? { sex: sex.value, birth_date: born.value.trim() } : {}),
    };
  }

  /** @param {WalkIn} who */
  const add = (who) => once.order(JSON.stringify(who), async (action) => {
    told.say('Mengirim…');
    try {
      const { card, place } = await walkIn(desk.event, { action, ...who });
      if (card) {
        told.say(`${who.name} ditambahkan dan boleh masuk.`, 'ok');
        const shown = cardShown(card, who.name, { nip: who.nip, title: 'Kartu peserta', away: close });
        clear(box).append(shown.el);
        shown.arrive();
      } else {
        const where = place ? [place.unit_name, place.room_name && roomWord(place.room_name)].filter(Boolean).join(', ') : '';
        told.say(where ? `Sudah terdaftar: ${where}. Kartunya tetap berlaku; bila hilang, cari NIP ini lalu pilih “Kartu hilang”.`
          : 'Peserta ini sudah terdaftar di tempat lain. Hubungi ketua pengawas.', 'warn');
      }
      return true;
    } catch (error) {
      const beside = error instanceof Refused && fields.get(String(/** @type {any} */ (error.more).field));
      told.say(beside ? 'Belum ditambahkan. Perbaiki isian yang ditandai.' : whyNot(error), 'bad');
      if (beside) beside.fault(whyNot(error));
      return false;
    }
  });

  box.append(h('p', null, 'Untuk yang hadir tetapi tidak ada di daftar. Namanya masuk daftar, dan kartunya tampil di sini.'),
    h('form', { class: 'stack', novalidate: true, autocomplete: 'off', onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const who = read();
      if (who) add(who);
    } }, ...[...fields.values()].map(({ el }) => el), h('div', { class: 'actions' },
      h('button', { type: 'submit', class: 'btn primary' }, 'Tambah peserta'), button('Batal', close))));
  content.append(box);
}
