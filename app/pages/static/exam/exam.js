// The exam: a bar with the clock, a sheet for an item or a list of them, a bar for the thumb.
import { arrive, clear, h, heading } from '../kit/dom.js';
import { bar } from './bar.js';
import { watchFocus } from './focus.js';
import { fetchAll } from '../items/media.js';
import { find, load } from '../items/registry.js';
import { item as itemView } from './item.js';
/** @import { FormDoc } from '../core/types.js' */
/** @import { Session } from '../core/session.js' */

/**
 * @typedef {object} Place where a view draws
 * @property {HTMLElement} sheet
 * @property {HTMLElement} foot
 * @property {Session} session
 * @property {FormDoc} form
 * @property {number} at the current item, from 0
 * @property {(name: string, at?: number) => void} go to item, grid or review
 *
 * @typedef {object} View
 * @property {() => void} update draws what changed
 * @property {() => void} [leave]
 * @property {(key: string, event: KeyboardEvent) => boolean} key true: it was meant for the view
 */
const TYPING = 'input:not([type=radio]):not([type=checkbox]), select, [role=application]';

export const lists = () => import('./lists.js');

/** @param {HTMLElement} root @param {Session} session @param {string} _
 * @param {(text: string) => void} tell shows a band */
export function show(root, session, _, tell) {
  const top = bar(session);
  const sheet = h('main', { class: 'sheet' }, heading('Memuat soal…'));
  const foot = h('footer', { class: 'bar' });
  root.append(top.bar, sheet, foot);
  // Where a person was is no secret: it may be kept in the open, for a reload.
  const place = `serentak:at:${session.id}`;
  /** @type {View | null} */
  let view = null;
  let wanted = '';
  let at = 0;

  /** @param {(place: Place) => View} draw */
  function put(draw) {
    if (view && view.leave) view.leave();
    clear(sheet);
    clear(foot);
    view = draw({ sheet, foot, session, form: /** @type {FormDoc} */ (session.form), at, go });
    arrive(root);
  }

  /** @type {Place['go']} */
  function go(name, to = at) {
    at = to;
    wanted = name;
    try {
      sessionStorage.setItem(place, String(at));
    } catch {
      // Storage is refused: a reload begins at the first item.
    }
    if (name === 'item') put(itemView);
    else open(name);
  }

  /** @param {string} name @param {boolean} [again] */
  function open(name, again) {
    lists().then((views) => wanted === name && put(name === 'grid' ? views.grid : views.review), () => {
      // Asked for before it came, and there is no network now: it opens as soon as it is here.
      if (!again) tell('Belum termuat. Dibuka sendiri begitu tersambung.');
      setTimeout(() => wanted === name && sheet.isConnected && open(name, true), 2000);
    });
  }

  function update() {
    top.update();
    if (view) view.update();
    else if (session.form) begin(session.form);
  }

  /** @param {FormDoc} form */
  function begin(form) {
    let last = 0;
    try {
      last = Number(sessionStorage.getItem(place));
    } catch {
      // as above
    }
    go('item', form.items[last] ? last : 0);
    // What the other items need, before the network is gone.
    for (const type of new Set(form.items.map((one) => one.type))) if (!find(type)) load(type).catch(() => {});
    setTimeout(fetchAll, 3000, session.id, form.items);
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target instanceof Element && target.matches(TYPING)) return;
    if (view && view.key(key, event)) event.preventDefault();
  }

  document.addEventListener('keydown', press);
  const unwatch = watchFocus(session, tell);
  const stop = session.on(update);
  update();
  return () => {
    if (view && view.leave) view.leave();
    document.removeEventListener('keydown', press);
    unwatch();
    stop();
    top.leave();
  };
}
