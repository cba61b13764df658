// An item type is a module with `render`. A new type is a line here and a file.
import { one, several } from './choice.js';
/** @import { Item } from '../core/types.js' */

/**
 * @typedef {object} Rendered
 * @property {HTMLElement} element
 * @property {(value: any) => void} paint show this as the answer, null: none; called at once
 * @property {(n: number) => void} [pick] the nth option, by keyboard
 * @property {() => void} [flush] the item is left: hand over what is still being typed
 *
 * @callback Render the stem stands in #stem
 * @param {Item} item
 * @param {(value: any) => Promise<void>} change resolves when it is kept and painted; never rejects
 * @param {string} sitting
 * @returns {Rendered}
 */

/** @type {Record<string, Render>} */
const here = { single: one, true_false: one, likert: one, situational: one, multiple: several };
/** In backquotes: a service worker is told of what stands in quotes, and few forms need these.
 * @type {Record<string, () => Promise<{render: Render}>>} */
const later = {
  numeric: () => import(`./numeric.js`),
  ordering: () => import(`./ordering.js`),
  matching: () => import(`./matching.js`),
  hotspot: () => import(`./hotspot.js`),
};

/** @param {string} type @returns {Render | undefined} undefined: `load` it */
export const find = (type) => here[type];

/** @param {string} type @returns {Promise<Render>} rejects while it cannot be had */
export async function load(type) {
  here[type] = (await (later[type] || (() => import(`./unknown.js`)))()).render;
  // Once more through the service worker, when there is one: it keeps what it sees.
  const again = () => fetch(new URL(`./${type}.js`, import.meta.url).href).catch(() => {});
  if (later[type] && navigator.serviceWorker) navigator.serviceWorker.ready.then(() => setTimeout(again, 1000));
  return here[type];
}
