// What staff have noted about one person.
import { clear, h, time } from '../../kit/dom.js';
import { CATEGORIES, SEVERITIES } from './actwords.js';

/** @import { Remark } from './types.js' */

const WORDS = new Map(CATEGORIES);
const WEIGHTS = new Map(SEVERITIES);

export function remarksList() {
  const list = h('ul', { class: 'rows' });
  const el = h('section', { class: 'stack', 'aria-label': 'Catatan', hidden: true }, h('h3', null, 'Catatan'), list);
  return {
    el,
    /** @param {Remark[]} remarks */
    update(remarks) {
      el.hidden = !remarks.length;
      clear(list);
      for (const { at, who, category, severity, text } of [...remarks].sort((a, b) => b.at - a.at)) {
        list.append(h('li', { class: 'row remark' },
          h('p', { class: 'row-name' }, `${WORDS.get(category) || category} · ${String(WEIGHTS.get(severity)).toLowerCase()}`),
          h('p', null, text),
          h('p', { class: 'hint' }, `${who}, pukul ${time(at)}`)));
      }
    },
  };
}
