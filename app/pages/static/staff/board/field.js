// A field of a form, with what is wrong with it beside it.
import { h } from '../../kit/dom.js';

/** @param {string} id @param {string} label @param {HTMLInputElement | HTMLSelectElement} control
 * @param {string} [hint] */
export function fieldOf(id, label, control, hint = '') {
  const wrong = h('p', { class: 'error', id: `${id}-salah`, hidden: true });
  const told = h('p', { class: 'hint', id: `${id}-kabar` }, hint);
  control.id = id;
  control.setAttribute('aria-describedby', `${id}-salah ${id}-kabar`);
  const isSelect = control instanceof HTMLSelectElement;
  return {
    el: h('div', { class: 'field' }, h('label', { for: id }, label), told, wrong,
      isSelect ? h('div', { class: 'select' }, control) : control),
    /** @param {string} text */
    tell(text) {
      told.textContent = text;
    },
    /** Say what is wrong, and lead there; '' when nothing is. @param {string} why */
    fault(why) {
      wrong.textContent = why;
      wrong.hidden = !why;
      control.setAttribute('aria-invalid', String(Boolean(why)));
      if (why) control.focus();
      return !why;
    },
  };
}

/** @param {string} placeholder what stands there before anything is chosen
 * @param {[string, string][]} options value and text @param {string} chosen */
export function selectOf(placeholder, options, chosen) {
  const select = h('select', null,
    ...[['', placeholder], ...options].map(([value, text]) => h('option', { value }, text)));
  select.value = options.length === 1 ? options[0][0] : chosen;
  return select;
}

/** @param {Record<string, string | number>} [more] */
export const typed = (more) => h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...more });
