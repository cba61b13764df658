// What an act asks before it is done: minutes, a text, a reason; each with its sentence.
import { button, h } from '../../kit/dom.js';
import { CATEGORIES, DO, KINDS, SEVERITIES } from './actwords.js';
import { ASKED, READY, SENTENCES } from './kinds.js';
import { count } from './words.js';

/** @import { Kind, More, Whom } from './types.js' */

export const MINUTES = [5, 10, 15, 30];
const TEXT_MOST = 280;
const REASON_MOST = 200;

/** A choice of a few, all in sight. @param {string} name @param {string} label
 * @param {[string | number, string][]} options @param {string | number | null} chosen */
export function choiceOf(name, label, options, chosen) {
  const wrong = h('p', { class: 'error', hidden: true }, 'Pilih salah satu.');
  const el = h('fieldset', null, h('legend', { class: 'label' }, label), wrong,
    h('div', { class: `quick${options.length % 3 ? ' pairs' : ''}` }, ...options.map(([value, text]) => h('label', { class: 'option slim' },
      h('input', { type: 'radio', name, value, checked: value === chosen,
        onchange: () => { wrong.hidden = true; } }), h('span', null, text)))));
  return {
    el,
    /** The chosen value; null where none is, which is said. */
    read() {
      const one = /** @type {HTMLInputElement | null} */ (el.querySelector(':checked'));
      wrong.hidden = Boolean(one);
      if (!one) /** @type {HTMLElement} */ (el.querySelector('input')).focus();
      return one && one.value;
    },
  };
}

/** A text that must not be empty. @param {string} label @param {number} most @param {string} lacking
 * @param {string[]} ready sentences that one tap puts in */
export function textOf(label, most, lacking, ready = []) {
  const wrong = h('p', { class: 'error', id: 'isian-salah', hidden: true }, lacking);
  const text = h('textarea', { id: 'isian', rows: 3, maxlength: most, 'aria-describedby': 'isian-salah' });
  const say = (/** @type {boolean} */ isWrong) => {
    wrong.hidden = !isWrong;
    text.setAttribute('aria-invalid', String(isWrong));
  };
  text.addEventListener('input', () => say(false));
  const el = h('div', { class: 'field' }, h('label', { for: 'isian' }, label), wrong, text,
    ready.length > 0 && h('div', { class: 'phrases', role: 'group', 'aria-label': 'Isi dengan sekali ketuk' },
      ...ready.map((words) => button(words, () => {
        text.value = words;
        say(false);
      }))));
  return {
    el,
    read() {
      const words = text.value.trim();
      say(!words);
      if (!words) text.focus();
      return words || null;
    },
  };
}

/** @param {Kind} kind @param {Whom} whom @param {number} n whom of them it concerns
 * @param {(more: More) => void} go @param {() => void} back */
export function formOf(kind, whom, n, go, back) {
  const parts = {
    minutes: () => choiceOf('menit', kind === 'extend' ? 'Ditambah berapa?' : 'Waktu untuk mengerjakan',
      MINUTES.map((one) => [one, `${one} menit`]), 10),
    category: () => choiceOf('jenis', 'Tentang apa?', CATEGORIES, null),
    severity: () => choiceOf('berat', 'Seberapa berat?', SEVERITIES, 1),
    text: () => textOf(kind === 'flag' ? 'Apa yang terjadi?' : `Pesan kepada ${whom.name}`, TEXT_MOST,
      kind === 'flag' ? 'Tulis catatannya dahulu.' : 'Tulis pesannya dahulu.', READY[kind]),
    reason: () => textOf('Alasan (dibaca peserta juga)', REASON_MOST, 'Tulis alasannya dahulu.', READY[kind]),
  };
  const fields = (ASKED[kind] || []).map((name) => ({ name, ...parts[name]() }));
  const sentence = SENTENCES[kind];
  const some = n < whom.count;
  const does = DO[kind] || KINDS[kind];
  return h('form', { class: 'stack', onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    /** @type {Record<string, string | number>} */
    const more = {};
    for (const { name, read } of fields) {
      const value = read();
      if (value === null) return;
      more[name] = name === 'minutes' || name === 'severity' ? Number(value) : value;
    }
    go(more);
  } },
  h('h3', null, KINDS[kind]),
  sentence && h('p', null, sentence(some ? `${count(n)} dari ${whom.name}` : whom.name)),
  some && h('p', { class: 'hint' }, 'Yang lain tidak diubah, karena keadaannya berbeda.'),
  ...fields.map(({ el }) => el),
  h('div', { class: 'actions' },
    h('button', { type: 'submit', class: 'btn primary' },
      whom.one || n < 2 ? does : `${does} untuk ${count(n)} peserta`),
    button('Batal', back)));
}
