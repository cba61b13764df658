// A point on a picture. Value: [x, y] in thousandths of its width and height.
import { announce, h } from '../kit/dom.js';
import { media } from './media.js';
/** @import { Render } from './registry.js' */

// Milliseconds without an arrow before the point is kept.
const PAUSE = 400;
/** @type {Record<string, number[]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (/** @type {number} */ n) => Math.min(1000, Math.max(0, Math.round(n)));

/** @type {Render} */
export function render(item, change, sitting) {
  /** @type {number[] | null} */
  let now = null;
  let timer = 0;
  const [figure] = media(sitting, item);
  const spot = h('span', { class: 'spot', hidden: true });
  const box = h('div', {
    class: 'picture', role: 'application', tabindex: 0,
    'aria-labelledby': 'stem', 'aria-describedby': 'spot-hint',
    onclick(event) {
      const { left, top, width, height } = box.getBoundingClientRect();
      clearTimeout(timer);
      timer = 0;
      change([within(((event.clientX - left) / width) * 1000), within(((event.clientY - top) / height) * 1000)]);
    },
    onkeydown(event) {
      const by = ARROWS[event.key];
      if (!by) return;
      event.preventDefault();
      const far = event.shiftKey ? 50 : 10;
      now = now ? now.map((n, axis) => within(n + by[axis] * far)) : [500, 500];
      draw(false);
      clearTimeout(timer);
      timer = window.setTimeout(flush, PAUSE);
    },
  }, figure && figure.firstChild, spot);

  /** A ring while it moves, full once it is kept. @param {boolean} kept */
  function draw(kept) {
    spot.hidden = !now;
    if (!now) return;
    spot.style.left = `${now[0] / 10}%`;
    spot.style.top = `${now[1] / 10}%`;
    spot.classList.toggle('kept', kept);
  }

  function flush() {
    if (!timer || !now) return;
    clearTimeout(timer);
    timer = 0;
    const [x, y] = now.map((n) => Math.round(n / 10));
    announce(`Titik di ${x} % dari kiri, ${y} % dari atas`);
    change(now);
  }

  return {
    element: h('div', { class: 'stack' }, h('p', { class: 'hint', id: 'spot-hint' },
      'Ketuk tempatnya pada gambar. Dengan papan ketik: panah memindahkan titik.'), box, figure),
    flush,
    paint(value) {
      if (timer) return;
      now = value;
      draw(true);
    },
  };
}
