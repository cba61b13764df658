// A number as it is typed. Value: the text; the server normalises it by the same rule.
import { h } from '../kit/dom.js';
/** @import { Render } from './registry.js' */

// Milliseconds without a key before it is kept.
const PAUSE = 500;
const NUMBER = /^[+-]?([1-9]\d{0,2}(\.\d{3})+(,\d+)?|\d+([.,]\d+)?)$/;

/** @type {Render} */
export function render(_, change) {
  let kept = '';
  let timer = 0;
  const problem = h('p', { class: 'error', role: 'alert', id: 'no-number', hidden: true });
  const input = h('input', {
    type: 'text', id: 'number', inputmode: 'decimal', autocomplete: 'off', maxlength: 40,
    'aria-describedby': 'stem no-number',
    oninput() {
      clearTimeout(timer);
      timer = window.setTimeout(keep, PAUSE);
    },
    onchange: keep,
  });

  function keep() {
    clearTimeout(timer);
    timer = 0;
    const text = input.value.trim();
    const wrong = Boolean(text) && !NUMBER.test(text.replace(/\s/g, '').replace('\u2212', '-'));
    problem.hidden = !wrong;
    problem.textContent = wrong ? 'Belum tersimpan: tulis satu angka saja, misalnya 12,5.' : '';
    input.setAttribute('aria-invalid', String(wrong));
    if (!wrong && text !== kept) change(text || null);
  }

  return {
    element: h('div', { class: 'field' }, h('label', { for: 'number' }, 'Jawaban Anda (angka)'), input, problem),
    flush: () => timer && keep(),
    paint(value) {
      const text = value || '';
      if (text === kept) return;
      kept = text;
      // Who still types is newer.
      if (!timer && input.value.trim() !== text) input.value = text;
    },
  };
}
