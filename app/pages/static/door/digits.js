// Long numbers are typed from a card: shown in groups as they grow, counted before they are sent.

/** @param {string} text */
export const digitsOf = (text) => text.replace(/\D/g, '');

/** "123456" in groups of 4 → "1234 56"; what is too much stays in the last one.
 * @param {string} text @param {number[]} groups */
export function grouped(text, groups) {
  let rest = digitsOf(text);
  const parts = groups.slice(0, -1).map((size) => {
    const part = rest.slice(0, size);
    rest = rest.slice(size);
    return part;
  });
  return [...parts, rest].filter(Boolean).join(' ');
}

/** "Kurang 2 angka", '' when the length is right. @param {string} text @param {number[]} groups */
export function lacking(text, groups) {
  const off = groups.reduce((sum, size) => sum + size, 0) - digitsOf(text).length;
  return off && `${off > 0 ? 'Kurang' : 'Kelebihan'} ${Math.abs(off)} angka`;
}

/** @param {HTMLInputElement} input @param {number[]} groups */
function regroup(input, groups) {
  // Hidden, the spaces would be dots too, and be counted as digits.
  const hidden = input.type === 'password' || input.classList.contains('masked');
  const text = hidden ? digitsOf(input.value) : grouped(input.value, groups);
  if (text !== input.value) input.value = text;
}

/** Group a field while it is typed, but only with the caret at its end: whoever mends a digit in
 * the middle keeps the place. @param {HTMLInputElement} input @param {number[]} groups */
export function groupTyped(input, groups) {
  input.addEventListener('input', (event) => {
    const { isComposing } = /** @type {InputEvent} */ (event);
    if (!isComposing && input.selectionStart === input.value.length) regroup(input, groups);
  });
  input.addEventListener('change', () => regroup(input, groups));
}

/** Hide or show what is typed. Not as a password where the browser can do otherwise: a shared PC
 * would offer to keep it. @param {HTMLInputElement} input @param {number[]} groups @param {boolean} hidden */
export function hide(input, groups, hidden) {
  if (CSS.supports('-webkit-text-security', 'disc')) input.classList.toggle('masked', hidden);
  else input.type = hidden ? 'password' : 'text';
  regroup(input, groups);
}
