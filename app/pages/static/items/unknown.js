// A type that this page does not know: said, so that nobody waits for options.
import { h } from '../kit/dom.js';
/** @import { Render } from './registry.js' */

/** @type {Render} */
export const render = () => ({
  element: h('p', { class: 'band warn' }, 'Soal ini belum dapat ditampilkan. Muat ulang halaman; bila tetap begini, panggil pengawas.'),
  paint() {},
});
