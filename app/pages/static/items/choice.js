// Whole rows to tap, for one answer or for several. The native input keeps keyboard and speech;
// its own tick is held back until the answer is kept.
import { h } from '../kit/dom.js';
/** @import { Item } from '../core/types.js' */
/** @import { Render, Rendered } from './registry.js' */

// Milliseconds after which a row says that it is being kept; `:active` said so at once.
const SLOW = 150;

/** @param {'radio' | 'checkbox'} type @param {Item} item @param {(id: string) => Promise<void>} press */
function rows(type, item, press) {
  const all = (item.options || []).map(({ id, text }, n) => {
    const input = h('input', {
      type,
      name: 'answer',
      onclick: (event) => {
        event.preventDefault();
        // When this event ends the browser puts the old tick back.
        setTimeout(choose, 0, n);
      },
    });
    return { id, input, row: h('label', { class: 'option' }, input, h('span', null, text)) };
  });

  /** @param {number} n */
  async function choose(n) {
    const { id, row } = all[n];
    const slow = setTimeout(() => row.setAttribute('aria-busy', 'true'), SLOW);
    await press(id);
    clearTimeout(slow);
    row.removeAttribute('aria-busy');
  }

  return {
    element: h('div', { role: type === 'radio' ? 'radiogroup' : 'group', 'aria-labelledby': 'stem' },
      ...all.map(({ row }) => row)),
    pick(/** @type {number} */ n) {
      if (!all[n]) return;
      all[n].input.focus();
      choose(n);
    },
    /** @param {(id: string) => boolean} isChosen */
    paint(isChosen) {
      for (const { id, input, row } of all) {
        input.checked = isChosen(id);
        row.classList.toggle('chosen', input.checked);
      }
    },
  };
}

/** Single choice, true/false, Likert, situational. Value: the option's id.
 * @param {Item} item @param {Parameters<Render>[1]} change @returns {Rendered} */
export function one(item, change) {
  /** @type {string | null} */
  let now = null;
  const { paint, ...rest } = rows('radio', item, async (id) => {
    if (id !== now) await change(id);
  });
  return {
    ...rest,
    paint(value) {
      now = value;
      paint((id) => id === value);
    },
  };
}

/** Any number of several. Value: a list of ids. @type {Render} */
export function several(item, change) {
  /** @type {string[]} */
  let now = [];
  const { element, pick, paint } = rows('checkbox', item, (id) => {
    // Counted from the newest wish, not from what is painted: two quick taps are two.
    now = now.includes(id) ? now.filter((other) => other !== id) : [...now, id].sort();
    return change(now.length ? now : null);
  });
  element.prepend(h('p', { class: 'hint' }, 'Boleh memilih lebih dari satu.'));
  return {
    element,
    pick,
    paint(value) {
      now = value || [];
      paint((id) => now.includes(id));
    },
  };
}
