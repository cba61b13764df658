// The server no longer knows this browser; what was answered here stays until it does.
import { h, heading } from '../kit/dom.js';

/** @param {HTMLElement} root @param {import('../core/session.js').Session} session */
export function show(root, session) {
  const { sitting } = session;
  const said = h('p');
  root.append(h('main', { class: 'sheet' }, heading('Masuk kembali'),
    sitting && h('p', null, h('strong', null, sitting.participant.name)),
    h('p', null, 'Server meminta kartu Anda sekali lagi. Masuk dengan NIP dan PIN yang sama, di perangkat ini.'),
    said,
    h('a', { class: 'btn primary wide', href: '/' }, 'Masuk dengan kartu peserta')));

  function update() {
    const { unsent, durable } = session;
    said.hidden = !session.sitting; // a device that never held it keeps nothing
    const kept = durable ? 'Jawaban Anda aman di perangkat ini.' : 'Perangkat ini menolak menyimpan: panggil pengawas sebelum menutup halaman ini.';
    said.textContent = unsent ? `${kept} Belum terkirim: ${unsent}; dikirim sendiri setelah Anda masuk.` : kept;
    said.className = `band ${durable ? 'ok' : 'bad'}`;
  }
  update();
  return session.on(update);
}
