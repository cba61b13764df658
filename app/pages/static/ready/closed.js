// The doors closed before this person had begun.
import { next } from '../exam/next.js';
import { button, h, heading, time } from '../kit/dom.js';

/** @param {HTMLElement} root @param {import('../core/session.js').Session} session */
export function show(root, session) {
  const { sitting } = session;
  const { name, unit } = sitting ? sitting.participant : { name: '', unit: '' };
  root.append(h('main', { class: 'sheet' }, heading('Ujian sudah ditutup'),
    h('p', null, h('strong', null, name), h('br'), unit),
    sitting && h('p', null, `${sitting.event.title} ditutup ${time(sitting.closes_at, true)}. Anda belum memulainya.`),
    h('p', null, 'Hubungi pengawas atau panitia dan tanyakan jadwal susulan.'),
    h('div', { class: 'actions' },
      button('Periksa lagi', () => session.refresh().catch(() => {}), 'btn primary'), next(session))));
  return () => {};
}
