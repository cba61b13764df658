// Long numbers are typed from a card: shown in groups as they grow, counted before they are sent.

export const NIP = [8, 6, 1, 3];
export const PIN = [4, 4, 4];

/** @param {string} text */
export const digitsOf = (text) => text.replace(/\D/g, '');

/**
 * "123456" in groups of 4 → "1234 56". What is too much stays in the last group.
 * @param {string} text
 * @param {number[]} groups
 */
export function grouped(text, groups) {
  let rest = digitsOf(text);
  const parts = [];
  for (const size of groups.slice(0, -1)) {
    parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return [...parts, rest].filter(Boolean).join(' ');
}

/**
 * What is still wrong with the length, '' when it is right.
 * @param {string} text
 * @param {number[]} groups
 */
export function lacking(text, groups) {
  const off = groups.reduce((sum, size) => sum + size, 0) - digitsOf(text).length;
  if (off === 0) return '';
  return off > 0 ? `Kurang ${off} angka` : `Kelebihan ${-off} angka`;
}

/**
 * Group a field while it is typed. Only with the caret at the end: whoever mends a digit in the
 * middle keeps the place, and old keyboards do not lose it; the groups come back on leaving.
 * @param {HTMLInputElement} input
 * @param {number[]} groups
 * @param {() => void} changed
 */
export function groups(input, groups, changed) {
  input.addEventListener('input', (event) => {
    const composing = /** @type {InputEvent} */ (event).isComposing;
    if (!composing && input.selectionStart === input.value.length) regroup(input, groups);
    changed();
  });
  input.addEventListener('change', () => regroup(input, groups));
}

/**
 * @param {HTMLInputElement} input
 * @param {number[]} groups
 */
function regroup(input, groups) {
  // Dots for spaces would be counted as digits.
  const hidden = input.type === 'password' || input.classList.contains('masked');
  const text = hidden ? digitsOf(input.value) : grouped(input.value, groups);
  if (text !== input.value) input.value = text;
}

/**
 * Hide or show what is typed. Not a password field where the browser can hide text otherwise: on
 * shared PCs it would offer to keep the PIN for the next person.
 * @param {HTMLInputElement} input
 * @param {number[]} groups
 * @param {boolean} hidden
 */
export function hide(input, groups, hidden) {
  if (CSS.supports('-webkit-text-security', 'disc')) input.classList.toggle('masked', hidden);
  else input.type = hidden ? 'password' : 'text';
  regroup(input, groups);
}
