// Answers that came after the end, or from a device that was replaced: how many wait; the chief counts them or leaves them out.
import { button, clear, h, time } from '../../kit/dom.js';
import { textOf } from './forms.js';
import { Once } from './once.js';
import { decideLate, whyNot } from './order.js';
import { clock, count } from './words.js';

/** @import { Detail } from './types.js' */
/** @import { Told } from './told.js' */

const REASON_MOST = 200;
/** @type {{decision: 'accept' | 'reject', word: string, sentence: string, done: (n: number) => string,
 *   ready: string[]}[]} */
const DECISIONS = [
  { decision: 'accept', word: 'Hitung',
    sentence: 'Yang lebih baru daripada jawaban tersimpan ikut dihitung. Bila ujian sudah dikumpulkan, bukti pengumpulannya diganti.',
    done: (n) => (n ? `${count(n)} jawaban terlambat dihitung untuk` : 'Diterima, tetapi tidak ada yang lebih baru daripada jawaban tersimpan:'),
    ready: ['Gangguan jaringan', 'Perangkat diganti', 'Listrik padam'] },
  { decision: 'reject', word: 'Jangan hitung',
    sentence: 'Jawaban terlambat tidak dihitung. Jawabannya tetap disimpan dalam catatan.',
    done: () => 'Jawaban terlambat tidak dihitung untuk',
    ready: ['Dikirim setelah waktu habis', 'Bukan dari peserta sendiri'] },
];

/** @param {{event: string, sitting: string, name: string, chief: boolean, told: Told,
 *   acted: () => void}} use */
export function lateAnswers({ event, sitting, name, chief, told, acted }) {
  const title = h('h3', null, 'Jawaban terlambat');
  const words = h('p');
  const place = h('div');
  const el = h('section', { class: 'late stack', 'aria-label': 'Jawaban terlambat', hidden: true }, title, words, place);
  const once = new Once(el);
  let waiting = 0;

  function choices(focus = false) {
    clear(place).append(chief
      ? h('div', { class: 'choices' }, ...DECISIONS.map((one) => button(`${one.word}…`, () => open(one))))
      : h('p', { class: 'hint' }, 'Ketua pengawas yang memutuskan apakah dihitung.'));
    const first = place.querySelector('button');
    if (focus && first) first.focus({ preventScroll: true });
  }

  /** @param {typeof DECISIONS[0]} one */
  function open({ decision, word, sentence, done, ready }) {
    once.another();
    const reason = textOf('Alasan (dibaca peserta juga)', REASON_MOST, 'Tulis alasannya dahulu.', ready);
    clear(place).append(h('form', { class: 'stack', onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const why = reason.read();
      if (why) send(decision, why, done);
    } }, h('p', null, sentence), reason.el, h('div', { class: 'actions' },
      h('button', { type: 'submit', class: 'btn primary' }, word), button('Batal', () => choices(true)))));
    const first = place.querySelector('textarea');
    if (first) first.focus({ preventScroll: true });
    el.scrollIntoView({ block: 'nearest' });
  }

  /** @param {'accept' | 'reject'} decision @param {string} reason @param {(n: number) => string} done */
  const send = (decision, reason, done) => once.order(JSON.stringify([decision, reason]), async (action) => {
    told.say('Mengirim…');
    try {
      const { result, counted } = await decideLate(event, { action, sitting, decision, reason });
      told.say(result === 'state' ? 'Tidak ada jawaban terlambat yang menunggu keputusan.' : `${done(counted)} ${name}.`,
        result === 'state' ? 'warn' : 'ok');
      told.said.focus({ preventScroll: true });
      choices();
      acted();
      return true;
    } catch (error) {
      told.say(whyNot(error), 'bad');
      return false;
    }
  });
  choices();

  return {
    el,
    /** How many wait, by the row, which is newer; when they came, by the detail.
     * @param {number} n @param {Detail['late'] | null} late */
    update(n, late) {
      el.hidden = !n;
      if (waiting && !n && el.contains(document.activeElement)) told.said.focus({ preventScroll: true });
      waiting = n;
      const until = late && late.last_at && late.first_at && late.last_at > late.first_at
        ? `–${time(late.last_at)}` : '';
      const span = late && late.first_at ? ` Tiba pukul ${until ? clock(late.first_at) + until : time(late.first_at)}.` : '';
      const text = `${count(n)} jawaban tiba setelah ujian selesai, atau dari perangkat yang sudah diganti. Belum dihitung.${span}`;
      if (words.textContent !== text) words.textContent = text;
    },
  };
}
