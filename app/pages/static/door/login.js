// The door: NIP and PIN from the card, by hand or by its QR code.
import { Unreachable } from '../core/api.js';
import { inAppBrowser } from '../core/device.js';
import { login, unfinished } from '../core/entrance.js';
import { button, clear, h } from '../kit/dom.js';
import { digitsOf, groupTyped, grouped, hide, lacking } from './digits.js';
import { countdown, retry } from './retry.js';

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ ($(id));
const p = (/** @type {string} */ text) => h('p', null, text);

const nip = input('nip');
const pin = input('pin');
const roomPin = input('room-pin');
/** @type {[HTMLInputElement, number[], string][]} */
const FIELDS = [[nip, [8, 6, 1, 3], 'NIP'], [pin, [4, 4, 4], 'PIN kartu']];
const [[, NIP], [, PIN]] = FIELDS;
const asksRoomPin = document.body.dataset.roomPin === 'true';
const form = $('door');
const said = $('said');
const wait = $('wait');
const enter = /** @type {HTMLButtonElement} */ ($('enter'));

const ITSELF = 'Tidak perlu mengetik ulang. Halaman ini mencoba lagi sendiri.';
/** @type {Record<string, [string, string, string?]>} what is wrong, what to do, kind of band */
const SAID = {
  busy: ['Server sedang sibuk.', ITSELF, 'warn'],
  'room-recovering': ['Ruang ujian sedang disiapkan.', ITSELF, 'warn'],
  offline: ['Tidak ada jaringan.', `Nyalakan data seluler atau Wi-Fi. ${ITSELF}`, 'warn'],
  unreachable: ['Server belum terjangkau.', `Periksa jaringan Anda. ${ITSELF}`, 'warn'],
  'bad-credentials': [
    `NIP${asksRoomPin ? ', PIN kartu, atau PIN ruang' : ' atau PIN'} tidak cocok.`,
    'Cocokkan setiap angka dengan kartu peserta, lalu tekan Masuk. Bila tetap tidak cocok, hubungi pengawas.',
  ],
  throttled: ['Terlalu banyak percobaan keliru.', 'PIN yang benar tetap diterima. Cocokkan dengan kartu, atau minta bantuan pengawas.'],
  qr: ['Kode QR tidak terbaca lengkap.', 'Lengkapi NIP dan PIN dari kartu peserta.', 'warn'],
  other: ['Belum dapat masuk.', 'Muat ulang halaman ini lalu coba lagi. Bila berulang, hubungi pengawas.'],
};

let sending = false;
let tries = 0;
let stop = () => {};

/** @param {string} words what the button says while it waits, '' when it can be pressed */
function setSending(words) {
  sending = Boolean(words);
  // Not `disabled`: that would take the focus away from whoever pressed it.
  enter.setAttribute('aria-disabled', String(sending));
  enter.textContent = words || 'Masuk';
}

function quiet() {
  stop();
  clear(said);
}

/** @param {[string, string, string?]} what */
function say([title, advice, kind = 'bad']) {
  clear(said).append(h('div', { class: `band ${kind}` }, h('p', { class: 'label' }, title), p(advice)));
  said.scrollIntoView({ block: 'nearest' });
}

function count() {
  for (const [field, groups] of FIELDS) {
    const off = lacking(field.value, groups);
    $(`${field.id}-count`).textContent = field.value && (off || 'Jumlah angka lengkap ✓');
    if (!off) field.removeAttribute('aria-invalid');
  }
}

/** What cannot be right is not sent: the first such field is named and gets the focus. */
function isComplete() {
  const wrong = FIELDS.filter(([field, groups]) => lacking(field.value, groups));
  for (const [field] of wrong) field.setAttribute('aria-invalid', 'true');
  const [first] = wrong;
  if (!first) return true;
  const [field, groups, name] = first;
  const off = lacking(field.value, groups);
  say([field.value && off ? `${name}: ${off.toLowerCase()}.` : `${name} belum diisi.`, 'Periksa angka pada kartu peserta Anda.']);
  field.focus();
  return false;
}

/** @param {string} [event] the one chosen, where the card fits several */
async function tryEnter(event) {
  if (sending) return;
  quiet();
  if (!isComplete()) return;
  setSending('Sedang masuk…');
  try {
    const sitting = await login({
      nip: digitsOf(nip.value),
      pin: digitsOf(pin.value),
      room_pin: roomPin.value.trim() || undefined,
      event,
    });
    setSending('Membuka ujian…');
    window.location.assign(`/ujian/${sitting}`);
  } catch (error) {
    setSending('');
    explain(error, event);
  }
}

/** @param {any} error @param {string} [event] */
function explain(error, event) {
  const lost = navigator.onLine ? 'unreachable' : 'offline';
  const type = error instanceof Unreachable ? lost : error.type;
  if (type === 'choose-event') {
    choose(error.more.events);
    return;
  }
  say(SAID[type] || [SAID.other[0], error.detail || SAID.other[1]]);
  if (type === lost || error.status === 503) {
    tries += 1;
    stop = retry(wait, tries, error.retryMs, () => tryEnter(event));
  } else {
    tries = 0;
    if (type === 'throttled') stop = countdown(wait, error.retryMs || 60000, 'Hitungan percobaan dimulai lagi', quiet);
  }
}

/** @param {{id: string, title: string}[]} events */
function choose(events) {
  const place = $('choice');
  const title = h('h2', { tabindex: -1 }, 'Pilih kegiatan');
  const back = () => {
    clear(place);
    form.hidden = false;
    enter.focus();
  };
  clear(place).append(title,
    p('Anda terdaftar pada beberapa kegiatan. Pilih yang akan diikuti sekarang.'),
    ...events.map(({ id, title: name }) => button(name, () => {
      back();
      tryEnter(id);
    }, 'btn wide')),
    button('Kembali', back, 'btn quiet'));
  form.hidden = true;
  title.focus();
}

/** The card's QR code leads here with NIP and PIN in the fragment, which leaves no trace. */
function fromCard() {
  const { hash, pathname } = window.location;
  if (hash.length < 2) return;
  window.history.replaceState(null, '', pathname);
  const [first, second = ''] = hash.split('.');
  nip.value = grouped(first, NIP);
  pin.value = grouped(second, PIN);
  count();
  if (lacking(first, NIP) || lacking(second, PIN)) say(SAID.qr);
  else if (asksRoomPin && !roomPin.value) roomPin.focus();
  else tryEnter();
}

async function before() {
  const place = $('before');
  if (inAppBrowser()) {
    place.append(h('div', { class: 'band warn' },
      h('p', { class: 'label' }, 'Buka di Chrome atau Safari'),
      p('Halaman ini terbuka di dalam aplikasi lain, yang dapat menutupnya sewaktu-waktu. Ketuk ⋮ atau ••• di sudut layar, lalu pilih “Buka di Chrome”, “Buka di Safari”, atau “Buka di peramban”.'),
      p(`Atau ketik alamat ini di peramban: ${window.location.host}`)));
  }
  const held = await unfinished();
  if (!held.length) return;
  place.append(h('section', { class: 'card' },
    h('h2', null, 'Ujian di perangkat ini'),
    ...held.map(({ sitting, name, unsent }) => h('div', { class: 'stack' },
      h('p', null, h('strong', null, name), unsent > 0 && h('br'), unsent > 0 && `Belum terkirim: ${unsent}`),
      button('Lanjutkan ujian', () => window.location.assign(`/ujian/${sitting}`), 'btn primary wide'))),
    h('p', { class: 'hint' }, 'Bukan Anda? Masuk dengan kartu Anda di bawah ini.')));
}

$('room').hidden = !asksRoomPin;
// Until now it sent nothing: without this script it would only lead astray.
enter.type = 'submit';
setSending('');
const show = $('show');
show.hidden = false;
show.addEventListener('click', () => {
  const hidden = !show.textContent.startsWith('Tampil');
  hide(pin, PIN, hidden);
  show.textContent = hidden ? 'Tampilkan PIN' : 'Sembunyikan PIN';
});
for (const [field, groups] of FIELDS) groupTyped(field, groups);
form.addEventListener('input', () => {
  quiet();
  count();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  tryEnter();
});
// Whoever comes back to this page finds nothing of the person before.
window.addEventListener('pagehide', () => {
  nip.value = pin.value = roomPin.value = '';
});
window.addEventListener('pageshow', ({ persisted }) => persisted && window.location.reload());
window.addEventListener('hashchange', fromCard);
before();
fromCard();
