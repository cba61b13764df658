// How the board itself stands: its connection beside the title, and what must be known above all.
import { clear, h, time } from '../../kit/dom.js';

/** @import { Desk } from './desk.js' */
/** @import { Feed } from './feed.js' */

/** @param {HTMLElement} news beside the title @param {Desk} desk @param {Feed} feed */
export function bandsOf(news, desk, feed) {
  const el = h('div', { class: 'stack' });
  return {
    el,
    /** Spoken only when it changes from good to bad or back. */
    update() {
      const { sign, kind, text } = feed.state();
      news.className = `link-state ${kind}`;
      news.dataset.sign = sign;
      const said = feed.at && kind !== 'bad' ? `${text} · ${time(feed.now())}` : text;
      if (news.textContent !== said) news.textContent = said;
      const key = `${feed.ended}|${desk.closed > 0}`;
      if (el.dataset.key === key) return;
      el.dataset.key = key;
      clear(el);
      if (feed.ended) {
        const back = encodeURIComponent(location.pathname + location.search);
        el.append(h('div', { class: 'band bad', role: 'alert' }, h('p', null, feed.ended),
          h('p', null, h('a', { class: 'btn primary', href: `/staf/masuk?ke=${back}` }, 'Masuk lagi'))));
      }
      if (desk.closed) {
        el.append(h('p', { class: 'band warn', role: 'status' },
          'Ruang ujian sedang dipulihkan. Gangguan ada di server, bukan di jaringan peserta; jawaban mereka aman di perangkat.'));
      }
    },
  };
}
