// What this device can do, and what to do where it cannot. It advises; it never bars the way.
import { inAppBrowser } from '../core/device.js';
import { button, clear, h } from '../kit/dom.js';
import { sizeButtons } from '../kit/size.js';

/** @import { Session } from '../core/session.js' */
/** @typedef {[kind: string, what: string, advice?: string]} Found */

const SLOW = 2000; // ms
const LOW = 0.3; // of a full battery

/** @param {Session} session @returns {Promise<Found>} */
async function network(session) {
  const from = performance.now();
  await session.refresh().catch(() => {}); // the session says what came of it
  const ms = performance.now() - from;
  if (session.network === 'offline') return ['warn', 'Server belum terjangkau.', 'Periksa data seluler atau Wi-Fi.'];
  if (session.network !== 'ok') return ['warn', 'Server sedang sibuk.', 'Tunggu sebentar, lalu periksa lagi.'];
  const seconds = Math.max(0.1, ms / 1000).toFixed(1).replace('.', ',');
  return ms < SLOW
    ? ['ok', `Jaringan baik (${seconds} detik).`]
    : ['warn', `Jaringan lambat (${seconds} detik).`, 'Ujian tetap bisa; jawaban dikirim menyusul.'];
}

/** @returns {Promise<Found>} */
async function battery() {
  try {
    const { level, charging } = await /** @type {any} */ (navigator)['getBattery']();
    const said = `Baterai ${Math.round(level * 100)} %${charging ? ', sedang diisi' : ''}.`;
    return charging || level >= LOW ? ['ok', said] : ['warn', said, 'Sambungkan pengisi daya.'];
  } catch {
    return ['info', 'Baterai tidak dapat diperiksa.', 'Pastikan cukup sampai ujian selesai.'];
  }
}

/** @returns {Promise<Found>} */
async function reload() {
  const held = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration('/ujian/').catch(() => null));
  return held && held.active
    ? ['ok', 'Dapat dibuka lagi tanpa jaringan.']
    : ['info', 'Tidak dapat dibuka lagi tanpa jaringan.', 'Saat jaringan putus, jangan muat ulang halaman.'];
}

/** @type {import('./ready.js').Draw} */
export function check(session) {
  const list = h('ul', { class: 'checks' });
  const sum = h('p', { class: 'label', role: 'status' });
  let round = 0;

  async function run() {
    round += 1;
    const mine = round;
    sum.textContent = 'Memeriksa…';
    /** @type {Found[]} */
    const found = await Promise.all([
      session.durable
        ? ['ok', 'Jawaban disimpan di perangkat ini.']
        : ['bad', 'Perangkat menolak menyimpan.', 'Jangan tutup halaman ini selama ujian, atau buka di jendela biasa (bukan penyamaran).'],
      network(session),
      reload(),
      battery(),
      inAppBrowser()
        ? ['warn', 'Halaman terbuka di dalam aplikasi lain.', 'Buka di Chrome atau Safari.']
        : ['ok', 'Peramban dapat dipakai.'],
    ]);
    if (mine !== round) return;
    clear(list).append(...found.map(([kind, what, advice]) =>
      h('li', { class: `band ${kind}` }, h('strong', null, what), advice && ` ${advice}`)));
    const faults = found.filter(([kind]) => kind === 'warn' || kind === 'bad').length;
    sum.textContent = faults ? `${faults} hal perlu diperhatikan. Ujian tetap dapat dimulai.` : 'Perangkat Anda siap.';
  }
  run();

  return {
    element: h('div', { class: 'stack' },
      h('h2', null, 'Pemeriksaan perangkat'),
      sum,
      list,
      h('div', { class: 'top' }, button('Periksa lagi', run), sizeButtons()),
      h('p', { class: 'hint' }, 'A− dan A+ mengubah besar tulisan, juga selama ujian.')),
    leave() {
      round += 1;
    },
  };
}
