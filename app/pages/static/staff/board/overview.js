// How far everybody has come, and when they came: folded away until somebody wants to know.
import { clear, h } from '../../kit/dom.js';
import { course, SHARES, spread } from './figures.js';
import { clock, count, percent } from './words.js';

/** @import { Desk } from './desk.js' */

const EACH = 5000; // ms: so often what stands here is drawn anew
const FINE = 240; // steps of the chart; the table has few

/** @param {Desk} desk @param {(open: boolean) => void} toggled */
export function overview(desk, toggled) {
  const bars = SHARES.map((word) => {
    const fill = h('span', { class: 'fill' });
    const figure = h('span', { class: 'n' });
    return { fill, figure, el: h('li', null, h('span', { class: 'step' }, word),
      h('span', { class: 'track', 'aria-hidden': 'true' }, fill), figure) };
  });
  const working = h('p', { class: 'hint' });
  const told = h('p', { class: 'hint' });
  const plot = h('div', { class: 'plot', role: 'img' });
  const legend = h('ul', { class: 'legend' }, ...[['target', 'Sasaran'], ['begun', 'Mulai'], ['done', 'Selesai']]
    .map(([cls, word]) => h('li', { class: cls }, word)));
  const lines = h('tbody');
  const head = (/** @type {string} */ word) => h('th', { scope: 'col' }, word);
  const table = h('details', null, h('summary', null, 'Angka dalam tabel'), h('table', { class: 'course' },
    h('caption', { class: 'vh' }, 'Jumlah peserta yang sudah mulai dan sudah selesai sampai tiap waktu'),
    h('thead', null, h('tr', null, head('Sampai pukul'), head('Mulai'), head('Selesai'))), lines));
  const el = h('details', { class: 'overview', ontoggle: () => {
    if (el.open !== desk.shown.charts) toggled(el.open);
  } }, h('summary', null, 'Kemajuan dan grafik'), h('div', { class: 'overview-parts' },
    h('section', null, h('h2', null, 'Kemajuan yang sedang mengerjakan'), h('ul', { class: 'funnel' }, ...bars.map((bar) => bar.el)), working),
    h('section', null, h('h2', null, 'Mulai dan selesai dari waktu ke waktu'), told, plot, legend, table)));
  /** @type {ReturnType<typeof import('./chart.js').chartIn> | null} */
  let chart = null;
  let loading = false;
  let drawn = -EACH;
  let place = '';

  /** Only who unfolds it pays for it. @param {number} at */
  async function load(at) {
    if (loading) return;
    loading = true;
    try {
      const { chartIn } = await import('./chart.js');
      chart = chartIn(clear(plot));
      draw(at);
    } catch {
      plot.textContent = 'Grafik belum dapat dimuat. Angkanya ada dalam tabel.';
    }
    loading = false;
  }

  /** @param {number} at */
  function draw(at) {
    const people = desk.people.there(desk.shown);
    const { items } = desk.people;
    const counts = spread(people, items);
    const all = counts.reduce((a, b) => a + b, 0);
    bars.forEach(({ fill, figure }, n) => {
      fill.style.width = all ? `${(100 * counts[n]) / Math.max(...counts)}%` : '0';
      figure.textContent = `${count(counts[n])} · ${percent(counts[n], all)}`;
    });
    working.textContent = all ? `${count(all)} peserta sedang mengerjakan, yang terputus dan dijeda ikut dihitung.`
      : 'Tidak ada yang sedang mengerjakan.';
    const { times, begun, done } = course(people, at);
    const last = times.length - 1;
    told.textContent = times.length ? `Dari ${count(people.length)} peserta, ${count(begun[last])} (${percent(begun[last], people.length)}) sudah mulai dan ${count(done[last])} (${percent(done[last], people.length)}) sudah selesai.`
      : 'Belum ada yang mulai.';
    plot.setAttribute('aria-label', `Grafik. ${told.textContent} Angka tiap waktu ada dalam tabel di bawah.`);
    plot.hidden = legend.hidden = table.hidden = !times.length;
    clear(lines).append(...times.map((end, n) => h('tr', null, h('th', { scope: 'row' }, clock(Math.min(end, at))),
      h('td', null, count(begun[n])), h('td', null, count(done[n])))));
    if (chart && times.length) chart.update(course(people, at, FINE), people.length, at);
  }

  return {
    el,
    /** @param {number} at ms since 1970 @param {boolean} asked something else is looked at */
    update(at, asked) {
      const { charts, unit, room, wave } = desk.shown;
      if (asked) el.open = charts;
      const there = `${charts} ${unit} ${room} ${wave}`;
      if (!el.open || (there === place && performance.now() - drawn < EACH)) return;
      place = there;
      drawn = performance.now();
      draw(at);
      if (!chart) load(at);
    },
  };
}
