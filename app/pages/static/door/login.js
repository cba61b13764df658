// The door: NIP and PIN from the card, by hand or by its QR code.

import { Refused, Unreachable } from '../core/api.js';
import { inAppBrowser } from '../core/device.js';
import { login, unfinished } from '../core/entrance.js';
import { button, clear, h, listening } from '../kit/dom.js';
import { NIP, PIN, digitsOf, grouped, groups, hide, lacking } from './digits.js';
import { pause, retry } from './retry.js';

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ ($(id));

const nip = field('nip');
const pin = field('pin');
const roomPin = field('room-pin');
const wait = $('wait');
const show = $('show');
const enter = /** @type {HTMLButtonElement} */ ($('enter'));
const asksRoomPin = document.body.dataset.roomPin === 'true';

let busy = false;
let tries = 0;
let stop = () => {};

/** @param {boolean} now */
function setBusy(now, words = 'Sedang masuk…') {
  busy = now;
  // Not `disabled`: that would take the focus away from whoever pressed it.
  enter.setAttribute('aria-disabled', String(now));
  enter.textContent = now ? words : 'Masuk';
}

function quiet() {
  stop();
  stop = () => {};
  clear($('said'));
}

/**
 * @param {string} title
 * @param {string} advice
 * @param {string} [kind]
 */
function say(title, advice, kind = 'bad') {
  clear($('said')).append(
    h('div', { class: `band ${kind}` }, h('p', { class: 'label' }, title), h('p', null, advice)),
  );
  $('said').scrollIntoView({ block: 'nearest' });
}

function counts() {
  for (const [input, size] of /** @type {[HTMLInputElement, number[]][]} */ ([[nip, NIP], [pin, PIN]])) {
    const off = input.value ? lacking(input.value, size) : '';
    $(`${input.id}-count`).textContent = !input.value ? '' : off || 'Jumlah angka lengkap ✓';
    if (!off) input.removeAttribute('aria-invalid');
  }
}

/** What cannot be right is not sent; the first such field is named and gets the focus. */
function fault() {
  const wrong = [
    { input: nip, name: 'NIP', off: lacking(nip.value, NIP) },
    { input: pin, name: 'PIN kartu', off: lacking(pin.value, PIN) },
  ].filter((one) => one.off);
  for (const { input } of wrong) input.setAttribute('aria-invalid', 'true');
  const [first] = wrong;
  if (!first) return false;
  const said = first.input.value ? `${first.name}: ${first.off.toLowerCase()}.` : `${first.name} belum diisi.`;
  say(said, 'Periksa angka pada kartu peserta Anda.');
  first.input.focus();
  return true;
}

/** @param {string} [event] the one chosen, where the card fits several */
async function tryEnter(event) {
  if (busy) return;
  quiet();
  if (fault()) return;
  setBusy(true);
  try {
    const sitting = await login({
      nip: digitsOf(nip.value),
      pin: digitsOf(pin.value),
      ...(asksRoomPin && roomPin.value ? { room_pin: digitsOf(roomPin.value) } : {}),
      ...(event ? { event } : {}),
    });
    setBusy(true, 'Membuka ujian…');
    window.location.assign(`/ujian/${sitting}`);
  } catch (error) {
    setBusy(false);
    explain(error, event);
  }
}

/**
 * Say what is wrong and what to do.
 * @param {unknown} error
 * @param {string} [event]
 */
function explain(error, event) {
  const again = (/** @type {number} */ least) => {
    tries += 1;
    stop = retry(wait, pause(tries, least), () => tryEnter(event));
  };
  if (error instanceof Unreachable) {
    if (navigator.onLine) say('Server belum terjangkau.', 'Periksa jaringan Anda. Halaman ini mencoba lagi sendiri.', 'warn');
    else say('Tidak ada jaringan.', 'Nyalakan data seluler atau Wi-Fi. Halaman ini mencoba lagi sendiri.', 'warn');
    return again(2000);
  }
  if (!(error instanceof Refused)) return say('Terjadi kesalahan.', 'Muat ulang halaman ini lalu coba lagi. Bila berulang, hubungi pengawas.');
  const { type, detail } = error;
  if (type === 'busy' || type === 'room-recovering') {
    if (type === 'busy') say('Server sedang sibuk.', 'Tidak perlu mengetik ulang. Halaman ini mencoba lagi sendiri.', 'warn');
    else say('Ruang ujian sedang disiapkan.', 'Tidak perlu mengetik ulang. Halaman ini mencoba lagi sendiri.', 'warn');
    return again(error.retryMs || 2000);
  }
  tries = 0;
  if (type === 'choose-event') return choose(error.more.events || []);
  if (type === 'bad-credentials') {
    say(asksRoomPin ? 'NIP, PIN kartu, atau PIN ruang tidak cocok.' : 'NIP atau PIN tidak cocok.', 'Cocokkan setiap angka dengan kartu peserta, lalu tekan Masuk. Bila tetap tidak cocok, hubungi pengawas.');
  } else if (type === 'throttled') {
    say('Terlalu banyak percobaan keliru.', 'PIN yang benar tetap diterima. Cocokkan dengan kartu, atau minta bantuan pengawas.');
    cool(error.retryMs || 60000);
  } else say('Belum dapat masuk.', detail || 'Muat ulang halaman ini lalu coba lagi.');
}

/**
 * Tell when wrong tries are counted afresh; the button stays usable, since a right PIN enters.
 * @param {number} ms
 */
function cool(ms) {
  const until = performance.now() + ms;
  const line = h('p', { class: 'label' });
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    if (left > 0) line.textContent = `Hitungan percobaan dimulai lagi dalam ${left} detik.`;
    else quiet();
  };
  const timer = setInterval(tick, 1000);
  clear(wait).append(line);
  tick();
  stop = () => {
    clearInterval(timer);
    clear(wait);
  };
}

/** @param {{id: string, title: string}[]} events */
function choose(events) {
  const choice = $('choice');
  const title = h('h2', { tabindex: '-1' }, 'Pilih kegiatan');
  const back = () => {
    choice.hidden = true;
    $('door').hidden = false;
  };
  clear(choice).append(
    title,
    h('p', null, 'Anda terdaftar pada beberapa kegiatan. Pilih yang akan diikuti sekarang.'),
    ...events.map((one) =>
      button(one.title, () => (back(), tryEnter(one.id)), 'btn wide')),
    button('Kembali', () => (back(), nip.focus()), 'btn quiet'),
  );
  choice.hidden = false;
  $('door').hidden = true;
  title.focus();
}

/** The card's QR code leads here with NIP and PIN in the fragment; it leaves no trace. */
function fromCard() {
  const { hash, pathname, search } = window.location;
  if (hash.length < 2) return;
  window.history.replaceState(null, '', pathname + search);
  const [first = '', second = ''] = hash.slice(1).split('.').map(digitsOf);
  nip.value = grouped(first, NIP);
  pin.value = grouped(second, PIN);
  counts();
  if (lacking(first, NIP) || lacking(second, PIN)) say('Kode QR tidak terbaca lengkap.', 'Lengkapi NIP dan PIN dari kartu peserta.', 'warn');
  else if (asksRoomPin && !roomPin.value) roomPin.focus();
  else tryEnter();
}

async function before() {
  const place = $('before');
  if (inAppBrowser()) {
    place.append(
      h('div', { class: 'band warn' },
        h('p', { class: 'label' }, 'Buka di Chrome atau Safari'),
        h('p', null, 'Halaman ini terbuka di dalam aplikasi lain, yang dapat menutupnya sewaktu-waktu. Ketuk tanda ⋮ atau ••• di sudut layar, lalu pilih “Buka di Chrome”, “Buka di Safari”, atau “Buka di peramban”.'),
        h('p', null, 'Atau ketik alamat ini di peramban: ', h('strong', null, window.location.host))),
    );
  }
  const held = await unfinished();
  if (!held.length) return;
  place.append(
    h('section', { class: 'card' },
      h('h2', null, 'Ujian di perangkat ini'),
      ...held.map(({ sitting, name, unsent }) =>
        h('div', { class: 'stack' },
          h('p', null, h('strong', null, name)),
          unsent > 0 && h('p', null, `${unsent} jawaban belum terkirim.`),
          button('Lanjutkan ujian', () => window.location.assign(`/ujian/${sitting}`), 'btn primary wide'))),
      h('p', { class: 'hint' }, 'Bukan Anda? Masuk dengan kartu Anda di bawah ini.')),
  );
}

listening();
$('room').hidden = !asksRoomPin;
show.hidden = false;
show.addEventListener('click', () => {
  const hidden = show.textContent === 'Sembunyikan PIN';
  hide(pin, PIN, hidden);
  show.textContent = hidden ? 'Tampilkan PIN' : 'Sembunyikan PIN';
});
for (const [input, size] of /** @type {[HTMLInputElement, number[]][]} */ ([[nip, NIP], [pin, PIN]])) {
  groups(input, size, () => {
    quiet();
    counts();
  });
}
roomPin.addEventListener('input', quiet);
$('door').addEventListener('submit', (event) => {
  event.preventDefault();
  tryEnter();
});
// Going back to this page shows nothing of who just entered.
window.addEventListener('pagehide', () => {
  nip.value = pin.value = roomPin.value = '';
});
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});
window.addEventListener('hashchange', fromCard);
before();
fromCard();
