// What acts are called, and what came of one, in a sentence.
import { count } from './words.js';

/** @import { Acted, Kind, More, State } from './types.js' */

/** @type {Record<Kind, string>} */
export const KINDS = {
  admit: 'Terima',
  hold: 'Tahan',
  extend: 'Tambah waktu',
  pause: 'Jeda',
  resume: 'Lanjutkan',
  message: 'Kirim pesan',
  device: 'Perangkat baru',
  card: 'Kartu hilang',
  submit: 'Kumpulkan',
  reopen: 'Buka kembali',
  flag: 'Beri catatan',
  undo: 'Urungkan',
};

/** What the button says that does it, where it is not the name. @type {Partial<Record<Kind, string>>} */
export const DO = { device: 'Keluarkan perangkat', card: 'Buat kartu baru', flag: 'Simpan catatan' };

/** @type {[string, string][]} */
export const CATEGORIES = [['conduct', 'Perilaku'], ['identity', 'Identitas'], ['device', 'Perangkat'],
  ['network', 'Jaringan'], ['question', 'Soal'], ['other', 'Lainnya']];
/** @type {[number, string][]} */
export const SEVERITIES = [[1, 'Ringan'], [2, 'Sedang'], [3, 'Berat']];

/** @type {Record<State, string>} why nothing was done to somebody */
const STANDS = {
  assigned: 'belum hadir',
  admitted: 'belum mulai',
  open: 'sedang mengerjakan',
  paused: 'sedang dijeda',
  sealed: 'sudah dikumpulkan',
  recorded: 'sudah dikumpulkan',
  absent: 'tidak hadir',
};

/** @type {Record<Kind, (who: string, more: More) => string>} */
const DONE = {
  extend: (who, { minutes }) => `Waktu ditambah ${minutes} menit untuk ${who}.`,
  pause: (who) => `Ujian dijeda untuk ${who}.`,
  resume: (who) => `Ujian dilanjutkan untuk ${who}.`,
  message: (who) => `Pesan dikirim untuk ${who}.`,
  admit: (who) => `Diterima, boleh mulai: ${who}.`,
  hold: (who) => `Ditahan, belum boleh mulai: ${who}.`,
  submit: (who) => `Ujian dikumpulkan untuk ${who}.`,
  reopen: (who) => `Ujian dibuka kembali untuk ${who}.`,
  device: (who) => `Perangkat dikeluarkan untuk ${who}. Peserta dapat masuk di perangkat lain dengan kartunya.`,
  card: (who) => `Kartu baru dibuat untuk ${who}.`,
  flag: (who) => `Catatan disimpan untuk ${who}.`,
  undo: (who) => `Diurungkan untuk ${who}.`,
};

/** What came of it: "Waktu ditambah 10 menit untuk 3 peserta. 1 tidak diubah: sudah …".
 * @param {Kind} kind @param {Acted} acted @param {string} name of the only one; '' of several
 * @param {More} [more] */
export function outcome(kind, acted, name, more = {}) {
  const did = acted.done + acted.again;
  const who = (/** @type {number} */ n) => name || `${count(n)} peserta`;
  const left = new Map();
  for (const { result, state } of acted.sittings) {
    if (result !== 'state') continue;
    const word = (state && STANDS[state]) || 'keadaannya lain';
    left.set(word, (left.get(word) || 0) + 1);
  }
  const told = [];
  if (did) told.push(DONE[kind](who(did), more));
  if (kind === 'undo' && acted.refused) {
    told.push(`Tidak dapat diurungkan untuk ${who(acted.refused)}: sesudahnya sudah ada perubahan lain.`);
    left.clear();
  }
  for (const [word, n] of left) {
    told.push(name ? `${name} tidak diubah: ${word}.`
      : `${count(n)} peserta ${word} sehingga tidak diubah.`);
  }
  if (acted.failed) told.push(`${who(acted.failed)} belum terjangkau: coba lagi.`);
  return told.join(' ') || 'Tidak ada peserta yang diubah.';
}
