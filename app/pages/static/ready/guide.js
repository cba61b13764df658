// Whom we greet, what awaits, and how it goes, in the order in which it will matter.
import { button, h, time } from '../kit/dom.js';

const RULES = [
  ['Satu layar, satu soal.', 'Ketuk baris jawaban untuk memilih. Ketuk baris lain untuk mengganti.'],
  ['Setiap ketukan langsung disimpan.', '“Tersimpan ✓” berarti jawaban sudah ada di server.'],
  ['Belum yakin?', 'Tandai “Ragu-ragu”, lalu kembali lewat “Daftar soal”.'],
  ['Jaringan putus?', 'Teruslah menjawab dan biarkan halaman terbuka. Jawaban disimpan di perangkat dan dikirim sendiri.'],
  ['Ada telepon masuk?', 'Bukan pelanggaran. Meninggalkan halaman memang dicatat; kembali saja, lalu lanjutkan.'],
  ['Ponsel mati?', 'Waktu tetap berjalan. Masuk lagi dengan kartu yang sama, juga di perangkat lain.'],
  ['Selesai?', 'Tekan “Periksa jawaban”, lalu “Kumpulkan”. Bila waktu habis, jawaban dikumpulkan sendiri.'],
];

/** @type {import('./ready.js').Draw} */
export function guide(session) {
  const { event, participant, closes_at } = /** @type {import('../core/types.js').SittingDoc} */ (session.sitting);
  const facts = [
    ['Kegiatan', event.title],
    ['Soal', `${event.items} soal`],
    ['Waktu', `${Math.round(event.duration_ms / 60000)} menit sejak Anda mulai`],
    ['Ditutup', time(closes_at, true)],
  ];
  return {
    element: h('div', { class: 'stack' },
      h('p', null, 'Selamat datang, ', h('strong', null, participant.name), h('br'), participant.unit),
      button('Bukan Anda? Keluar', () => session.leave(), 'btn quiet'),
      h('dl', { class: 'facts card' },
        ...facts.flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)])),
      h('h2', null, 'Petunjuk'),
      h('ol', { class: 'list' },
        ...RULES.map(([title, text]) => h('li', null, h('strong', null, title), ` ${text}`)))),
  };
}
