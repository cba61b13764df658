// The people: a heading that says who is listed, the bar of acts, the rows, and what is folded away.
import { button, clear, h } from '../../kit/dom.js';
import { scopeBar } from './scope.js';
import { PeopleTable } from './table.js';
import { count, GROUPS } from './words.js';

/** @import { Desk } from './desk.js' */
/** @import { Person, Shown, View } from './types.js' */

/** @param {Desk} desk
 * @param {{open: (person: Person) => void, narrow: (change: Partial<Shown>) => void,
 *   redraw: () => void, closed: () => void}} use
 *   `narrow`: something else is to be looked at · `closed`: the bar's panel was closed */
export function listOf(desk, use) {
  const { shown } = desk;
  const heading = h('h2', { tabindex: -1 });
  const folded = h('div', { class: 'folded' });
  const bar = scopeBar(desk, use.redraw, use.closed);
  const table = new PeopleTable({
    open: use.open,
    picked: desk.picked,
    pick: desk.acts ? () => bar.update() : null,
    placeOf: (one) => desk.seatOf(one),
    items: () => desk.people.items,
    now: desk.now,
  });
  const el = h('section', { class: 'list-view' }, h('div', { class: 'list-head' }, heading, bar.el), table.el, folded);

  /** @param {View} view */
  function title({ list, narrowed }) {
    const { word } = GROUPS.find(({ group }) => group === shown.group) || { word: '' };
    const where = [shown.wave && `Gelombang ${desk.waveName(shown.wave)}`, desk.whereOf(shown, ', ')].filter(Boolean).join(', ');
    const what = word || (narrowed ? 'Hasil pencarian' : shown.all ? 'Semua peserta' : 'Perlu bantuan');
    const text = `${where ? [what, where].join(': ') : what} (${count(list.length)})`;
    if (heading.textContent !== text) heading.textContent = text;
    table.title(what);
  }

  /** @param {View} view */
  function fold({ funnel, needy, narrowed, list }) {
    const rest = funnel.target - needy;
    const key = narrowed ? `narrowed ${!list.length}` : `${shown.all} ${funnel.target} ${needy}`;
    if (folded.dataset.key === key) return;
    folded.dataset.key = key;
    const had = folded.contains(document.activeElement);
    clear(folded);
    if (narrowed) {
      if (!list.length) folded.append(h('p', null, 'Tidak ada peserta yang cocok.'));
      folded.append(button('Tampilkan papan seluruhnya',
        () => use.narrow({ group: '', text: '', sitting: '', unit: 0, room: '', wave: 0 })));
    } else if (!funnel.target) folded.append(h('p', null, 'Belum ada peserta di sini.'));
    else if (rest) {
      if (!shown.all) {
        folded.append(h('p', null, needy ? `${count(rest)} peserta lain tidak perlu bantuan sekarang.`
          : `${count(rest)} peserta, tidak ada yang perlu bantuan sekarang.`));
      }
      folded.append(button(shown.all ? 'Hanya yang perlu bantuan' : 'Tampilkan semua',
        () => use.narrow({ all: !shown.all })));
    }
    const first = folded.querySelector('button');
    if (had && first) first.focus({ preventScroll: true });
  }

  return {
    el,
    heading,
    /** Minutes pass on rows in sight without any news. */
    tick: () => table.render(),
    /** @param {View} view @param {boolean} asked somebody asked for another view; else rows keep
     * their places while they are held */
    update(view, asked) {
      if (asked || !table.isHeld()) table.lay(view.list);
      else table.render();
      title(view);
      fold(view);
      bar.update();
    },
  };
}
