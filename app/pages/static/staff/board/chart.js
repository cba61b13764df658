// The one chart: who had begun and who was done, against the target. Loaded when it is looked at.
import uPlot from '../vendor/uplot/uPlot.esm.js';
import { h } from '../../kit/dom.js';
import { clock, count } from './words.js';

const HEIGHT = 240; // px
const FONT = 14; // px

/** @param {HTMLElement} root what it stands in */
export function chartIn(root) {
  const style = getComputedStyle(root);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const font = `${FONT}px ${style.getPropertyValue('font-family')}`;
  const grid = { stroke: colour('shade'), width: 1 };
  let target = 1;
  /** @type {uPlot | null} */
  let plot = null;

  // Its style comes as a file: none may stand in the page.
  document.head.append(h('link', { rel: 'stylesheet', href: new URL('../vendor/uplot/uPlot.min.css', import.meta.url).href }));
  new ResizeObserver(() => { if (plot && plot.width !== size().width) plot.setSize(size()); }).observe(root);

  const size = () => ({ width: Math.max(200, root.clientWidth), height: HEIGHT });

  /** @type {() => uPlot.Options} lines differ in their strokes too */
  const options = () => ({
    ...size(),
    ms: 1,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: () => [0, target * 1.04] } },
    axes: [
      { font, stroke: colour('text'), grid, values: (_, times) => times.map((ms) => clock(ms)), space: 64 },
      { font, stroke: colour('text'), grid, values: (_, splits) => splits.map((n) => (Number.isInteger(n) ? count(n) : '')), size: 64 },
    ],
    series: [
      {},
      { stroke: colour('line'), width: 2, dash: [2, 4], points: { show: false } },
      { stroke: colour('accent'), width: 3, points: { show: false } },
      { stroke: colour('good'), width: 3, dash: [10, 6], points: { show: false } },
    ],
  });

  return {
    /** @param {{from: number, times: number[], begun: number[], done: number[]}} course
     * @param {number} of how many there are to come @param {number} at ms since 1970 */
    update({ from, times, begun, done }, of, at) {
      target = of;
      const ends = [from, ...times.map((end) => Math.min(end, at))];
      /** @type {uPlot.AlignedData} */
      const data = [ends, ends.map(() => of), [0, ...begun], [0, ...done]];
      if (!plot) plot = new uPlot(options(), data, root);
      else plot.setData(data);
    },
  };
}
