// What comes before the start: how it goes, an item to try, a look at the device.
import { one } from '../items/choice.js';
import { button, clear, h, time } from '../kit/dom.js';
import { sizeButtons } from '../kit/size.js';
/** @import { Session } from '../core/session.js' */
/** @import { SittingDoc } from '../core/types.js' */
/** @typedef {[kind: string, what: string, advice?: string]} Found */

const p = (/** @type {string} */ text) => h('p', null, text);

// In the order in which it will matter.
const RULES = [
  ['Satu layar, satu soal.', 'Ketuk baris jawaban untuk memilih. Ketuk baris lain untuk mengganti.'],
  ['Setiap ketukan langsung disimpan.', '“Tersimpan ✓” berarti jawaban sudah ada di server.'],
  ['Belum yakin?', 'Tandai “Ragu-ragu”, lalu kembali lewat “Daftar soal”.'],
  ['Jaringan putus?', 'Teruslah menjawab dan biarkan halaman terbuka. Jawaban disimpan di perangkat dan dikirim sendiri.'],
  ['Ada telepon masuk?', 'Bukan pelanggaran. Meninggalkan halaman dicatat; kembali saja, lalu lanjutkan.'],
  ['Ponsel mati?', 'Waktu tetap berjalan. Masuk lagi dengan kartu yang sama, juga di perangkat lain.'],
  ['Selesai?', 'Tekan “Periksa jawaban”, lalu “Kumpulkan”. Bila waktu habis, jawaban dikumpulkan sendiri.'],
];

/** @param {Session} session */
export function guide(session) {
  const { event, participant: { name, unit }, closes_at } = /** @type {SittingDoc} */ (session.sitting);
  const facts = [
    ['Kegiatan', event.title],
    ['Soal', `${event.items} soal`],
    ['Waktu', `${Math.round(event.duration_ms / 60000)} menit sejak Anda mulai`],
    ['Ditutup', time(closes_at, true)],
  ];
  return [
    h('p', null, 'Selamat datang, ', h('strong', null, name), h('br'), unit),
    button('Bukan Anda? Keluar', () => session.leave(), 'btn quiet'),
    h('dl', { class: 'facts card' }, ...facts.flatMap(([term, value]) => [h('dt', null, term), h('dd', null, value)])),
    h('h2', null, 'Petunjuk'),
    h('ol', { class: 'list' }, ...RULES.map(([title, text]) => h('li', null, h('strong', null, title), ` ${text}`))),
  ];
}

const TRIAL = {
  id: 'latihan',
  type: 'single',
  stem: 'Anda menerima pesan yang meminta kata sandi Anda. Apa yang sebaiknya dilakukan?',
  options: [
    { id: 'a', text: 'Membalas dengan kata sandi' },
    { id: 'b', text: 'Tidak membalas dan melaporkannya' },
    { id: 'c', text: 'Meneruskannya kepada rekan' },
  ],
};
/** @type {Record<string, [string, string]>} */
const STATES = {
  device: ['Tersimpan di perangkat', 'Jawaban aman di perangkat dan sedang dikirim.'],
  stored: ['Tersimpan ✓', 'Jawaban sudah ada di server.'],
  unsent: ['Belum terkirim: 1', 'Jaringan putus. Teruslah menjawab; jawaban dikirim sendiri nanti.'],
};

/** It looks and answers like a real one; nothing of it leaves this page. */
export function practice() {
  let timer = 0;
  let offline = false;
  const state = h('p');
  const meaning = h('p');
  const said = h('div', { role: 'status', class: 'card', hidden: true }, state, meaning);

  /** @param {string} kind */
  function tell(kind) {
    said.hidden = false;
    state.className = `save-state ${kind}`;
    [state.textContent, meaning.textContent] = STATES[kind];
  }

  function save() {
    clearTimeout(timer);
    tell(offline ? 'unsent' : 'device');
    if (!offline) timer = window.setTimeout(tell, 1500, 'stored'); // slow enough to be read
  }

  const { element, paint } = one(TRIAL, async (value) => {
    paint(value);
    save();
  });
  const flag = h('input', { type: 'checkbox', onchange() {
    row.classList.toggle('chosen', flag.checked);
    save();
  } });
  const row = h('label', { class: 'option flag' }, flag, h('span', null, 'Ragu-ragu'));
  const cut = button('Coba tanpa jaringan', () => {
    offline = !offline;
    cut.textContent = offline ? 'Sambungkan lagi' : 'Coba tanpa jaringan';
    if (!said.hidden) save();
  });

  return [
    h('h2', null, 'Soal latihan'),
    p('Cobalah: pilih, ganti, tandai ragu-ragu. Ini tidak dinilai dan tidak dikirim.'),
    h('p', { class: 'stem', id: 'stem' }, TRIAL.stem),
    element,
    said,
    h('div', { class: 'actions' }, row, cut),
  ];
}

/** @param {Session} session @returns {Promise<Found>} */
async function network(session) {
  const from = performance.now();
  await session.refresh().catch(() => {}); // the session says what came of it
  const seconds = (performance.now() - from) / 1000;
  if (session.network === 'offline') return ['warn', 'Server belum terjangkau.', 'Periksa data seluler atau Wi-Fi.'];
  if (session.network !== 'ok') return ['warn', 'Server sedang sibuk.', 'Tunggu sebentar, lalu periksa lagi.'];
  const said = `(${Math.max(0.1, seconds).toFixed(1).replace('.', ',')} detik).`;
  return seconds < 2 ? ['ok', `Jaringan baik ${said}`] : ['warn', `Jaringan lambat ${said}`, 'Ujian tetap bisa; jawaban dikirim menyusul.'];
}

/** @returns {Promise<Found>} */
async function battery() {
  try {
    const { level, charging } = await /** @type {any} */ (navigator)['getBattery']();
    const said = `Baterai ${Math.round(level * 100)} %${charging ? ', sedang diisi' : ''}.`;
    return charging || level >= 0.3 ? ['ok', said] : ['warn', said, 'Sambungkan pengisi daya.'];
  } catch {
    return ['info', 'Baterai tidak dapat diperiksa.', 'Pastikan cukup sampai ujian selesai.'];
  }
}

/** @returns {Promise<Found>} */
async function reload() {
  const { serviceWorker } = navigator;
  // It is fetched just now; where it takes longer, the person is not kept waiting for it.
  const worker = serviceWorker && window.isSecureContext && await Promise.race([
    serviceWorker.ready, new Promise((/** @type {(gone: null) => void} */ go) => setTimeout(go, 5000, null)),
  ]);
  return worker && worker.active
    ? ['ok', 'Dapat dibuka lagi tanpa jaringan.']
    : ['info', 'Tidak dapat dibuka lagi tanpa jaringan.', 'Saat jaringan putus, jangan muat ulang halaman.'];
}

/** It advises; it never bars the way. @param {Session} session */
export function check(session) {
  const list = h('ul', { class: 'checks' });
  const sum = h('p', { class: 'label', role: 'status' });

  async function run() {
    sum.textContent = 'Memeriksa…';
    /** @type {Found[]} */
    const found = await Promise.all([
      session.durable
        ? ['ok', 'Jawaban disimpan di perangkat ini.']
        : ['bad', 'Perangkat menolak menyimpan.', 'Jangan tutup halaman ini, atau buka di jendela biasa (bukan penyamaran).'],
      network(session), reload(), battery(),
    ]);
    clear(list).append(...found.map(([kind, what, advice]) =>
      h('li', { class: `band ${kind}` }, h('strong', null, what), advice && ` ${advice}`)));
    const faults = found.filter(([kind]) => kind === 'warn' || kind === 'bad').length;
    sum.textContent = faults ? `${faults} hal perlu diperhatikan. Ujian tetap dapat dimulai.` : 'Perangkat Anda siap.';
  }
  run();

  return [
    h('h2', null, 'Pemeriksaan perangkat'),
    sum,
    list,
    h('div', { class: 'top' }, button('Periksa lagi', run), sizeButtons()),
    h('p', { class: 'hint' }, 'A− dan A+ mengubah besar tulisan, juga selama ujian.'),
  ];
}
