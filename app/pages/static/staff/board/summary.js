// The day at a glance, from two metres: who needs help, how many of each, how far it has come.
import { h } from '../../kit/dom.js';
import { count, GROUPS, percent } from './words.js';

/** @import { Funnel, Group, View } from './types.js' */

/** @type {[keyof Funnel, string][]} */
const STEPS = [['target', 'Sasaran'], ['arrived', 'Hadir'], ['started', 'Mulai'], ['done', 'Selesai']];

/** Figures that are buttons: a tap shows those, a second one all again.
 * @param {(group: Group | '') => void} choose */
export function summary(choose) {
  const needy = h('strong', { class: 'figure' });
  const needWords = h('span');
  const help = h('p', { class: 'help' }, needy, needWords);
  const tiles = GROUPS.map(({ group, word, sign }) => {
    const figure = h('strong', { class: 'figure' });
    const tile = h('button', { type: 'button', class: `tile-count ${group}`, 'aria-pressed': 'false',
      onclick: () => choose(tile.getAttribute('aria-pressed') === 'true' ? '' : group) },
    figure, h('span', { class: `group ${group}`, 'data-sign': sign }, word));
    return { group, figure, tile };
  });
  const steps = STEPS.map(([step, word]) => {
    const fill = h('span', { class: 'fill' });
    const figure = h('span', { class: 'n' });
    return { step, fill, figure, el: h('li', { class: step }, h('span', { class: 'step' }, word),
      h('span', { class: 'track', 'aria-hidden': 'true' }, fill), figure) };
  });
  const el = h('section', { class: 'summary', 'aria-label': 'Ringkasan' }, help,
    h('div', { class: 'tiles-count', role: 'group', 'aria-label': 'Saring menurut keadaan' }, ...tiles.map(({ tile }) => tile)),
    h('ul', { class: 'funnel' }, ...steps.map((one) => one.el)));
  return {
    el,
    /** @param {View} view @param {Group | ''} chosen */
    update({ groups, funnel, needy: n }, chosen) {
      needy.textContent = n ? count(n) : '✓';
      needWords.textContent = n ? 'perlu bantuan sekarang' : 'tidak ada yang perlu bantuan';
      help.classList.toggle('calm', !n);
      for (const { group, figure, tile } of tiles) {
        figure.textContent = count(groups[group]);
        tile.setAttribute('aria-pressed', String(group === chosen));
        tile.classList.toggle('none', !groups[group]);
        // Nobody is absent before the event is closed.
        tile.hidden = group === 'absent' && !groups.absent && chosen !== group;
      }
      for (const { step, fill, figure } of steps) {
        fill.style.width = funnel.target ? `${(100 * funnel[step]) / funnel.target}%` : '0';
        figure.textContent = step === 'target' ? count(funnel.target)
          : `${count(funnel[step])} · ${percent(funnel[step], funnel.target)}`;
      }
    },
  };
}
