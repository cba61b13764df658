// Options into an order. Value: all ids, first to last; null until the person has set one.
import { button, h } from '../kit/dom.js';
/** @import { Render } from './registry.js' */

/** @type {Render} */
export function render({ options = [] }, change) {
  const given = options.map(({ id }) => id);
  let order = given;
  const list = h('ol', { class: 'order', 'aria-labelledby': 'stem' });
  const rows = new Map(options.map(({ id, text }) => {
    const [up, down] = [-1, 1].map((by) => {
      const press = button(by < 0 ? '↑' : '↓', () => move(id, by, press));
      press.setAttribute('aria-label', `${by < 0 ? 'Naikkan' : 'Turunkan'}: ${text}`);
      return press;
    });
    const row = h('li', { class: 'option' }, h('span', null, text), h('span', { class: 'moves' }, up, down));
    return [id, { up, down, row }];
  }));
  const right = button('Urutan ini sudah benar', () => change(order));

  /** @param {string} id @param {number} by @param {HTMLElement} press */
  async function move(id, by, press) {
    const to = order.indexOf(id) + by;
    if (!order[to]) return;
    const moved = order.filter((other) => other !== id);
    moved.splice(to, 0, id);
    await change(moved);
    // Its row moved in the page, and the focus was lost.
    press.focus();
  }

  return {
    element: h('div', { class: 'stack' },
      h('p', { class: 'hint' }, 'Susun dari yang pertama dengan tombol ↑ dan ↓.'), list, right),
    paint(value) {
      order = value || given;
      right.hidden = Boolean(value);
      order.forEach((id, n) => {
        const one = rows.get(id);
        if (!one) return;
        one.row.classList.toggle('chosen', Boolean(value));
        one.up.setAttribute('aria-disabled', String(n === 0));
        one.down.setAttribute('aria-disabled', String(n === order.length - 1));
        if (list.children[n] !== one.row) list.insertBefore(one.row, list.children[n]);
      });
    },
  };
}
