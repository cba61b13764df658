// To each on the left one of the right. Value: {left: right}.
import { h } from '../kit/dom.js';
/** @import { Render } from './registry.js' */

/** @type {Render} */
export function render({ options = [], targets = [] }, change) {
  /** @type {Record<string, string>} */
  let now = {};
  const rows = options.map(({ id, text }) => {
    const select = h('select', {
      id: `left-${id}`,
      onchange() {
        const { [id]: old, ...rest } = now;
        now = select.value ? { ...rest, [id]: select.value } : rest;
        // Shown when it is kept.
        select.value = old || '';
        change(Object.keys(now).length ? now : null);
      },
    }, h('option', { value: '' }, '– pilih pasangan –'),
    ...targets.map((target) => h('option', { value: target.id }, target.text)));
    return { id, select, row: h('div', { class: 'field' }, h('label', { for: select.id }, text), select) };
  });
  return {
    element: h('div', { class: 'stack', role: 'group', 'aria-labelledby': 'stem' }, ...rows.map(({ row }) => row)),
    paint(value) {
      now = value || {};
      for (const { id, select } of rows) select.value = now[id] || '';
    },
  };
}
