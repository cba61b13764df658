// The door: NIP and PIN from the card, by hand or by its QR code.
import { Unreachable } from '../core/api.js';
import { inAppBrowser } from '../core/device.js';
import { login, unfinished } from '../core/entrance.js';
import { button, clear, h } from '../kit/dom.js';
import { digitsOf, groupTyped, grouped, hide, lacking } from './digits.js';
import { countdown, retry } from './retry.js';

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ ($(id));

const nip = input('nip');
const pin = input('pin');
const roomPin = input('room-pin');
/** @type {[HTMLInputElement, number[], string][]} */
const FIELDS = [[nip, [8, 6, 1, 3], 'NIP'], [pin, [4, 4, 4], 'PIN kartu']];
const [[, NIP], [, PIN]] = FIELDS;
const asksRoomPin = document.body.dataset.roomPin === 'true';
const form = $('door');
const wait = $('wait');
const enter = /** @type {HTMLButtonElement} */ ($('enter'));

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
  clear($('said'));
}

/** @param {string} text what is wrong, and what to do @param {string} [kind] of band */
function say(text, kind = 'bad') {
  clear($('said')).append(h('p', { class: `band ${kind}` }, text));
  $('said').scrollIntoView({ block: 'nearest' });
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
  if (!wrong[0]) return true;
  const [field, groups, name] = wrong[0];
  const off = field.value ? `: ${String(lacking(field.value, groups)).toLowerCase()}` : ' belum diisi';
  say(`${name}${off}. Periksa angka pada kartu peserta.`);
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
    location.assign(`/ujian/${sitting}`);
  } catch (error) {
    setSending('');
    explain(error, event);
  }
}

/** @param {any} error @param {string} [event] */
function explain(error, event) {
  const { type, status, detail, more, retryMs } = error || {};
  if (type === 'choose-event') {
    choose(more.events);
  } else if (status === 503 || error instanceof Unreachable) {
    const why = status ? more.title
      : navigator.onLine ? 'Server belum terjangkau' : 'Tidak ada jaringan: nyalakan data seluler atau Wi-Fi';
    say(`${why}. Tidak perlu mengetik ulang; halaman ini mencoba lagi sendiri.`, 'warn');
    tries += 1;
    stop = retry(wait, tries, retryMs, () => tryEnter(event));
  } else {
    const room = type === 'bad-credentials' && asksRoomPin ? ' Periksa juga PIN ruang.' : '';
    say((detail || 'Terjadi kesalahan. Muat ulang halaman ini, lalu coba lagi.') + room);
    if (type === 'throttled') stop = countdown(wait, retryMs || 60000, 'Hitungan percobaan dimulai lagi', quiet);
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
    h('p', null, 'Anda terdaftar pada beberapa kegiatan. Pilih yang akan diikuti sekarang.'),
    ...events.map((one) => button(one.title, () => {
      back();
      tryEnter(one.id);
    }, 'btn wide')),
    button('Kembali', back, 'btn quiet'));
  form.hidden = true;
  title.focus();
}

/** The card's QR code leads here with NIP and PIN in the fragment, which leaves no trace; that on a
 * proctor's screen with the PIN alone: whose card it is, the person knows. */
function fromCard() {
  if (location.hash.length < 2) return;
  const [first, second = ''] = location.hash.split('.');
  history.replaceState(null, '', location.pathname);
  nip.value = grouped(first, NIP);
  pin.value = grouped(second, PIN);
  count();
  if (first === '#' && !lacking(second, PIN)) {
    say('PIN kartu sudah terisi. Ketik NIP Anda, lalu ketuk Masuk.', 'ok');
    nip.focus();
  } else if (lacking(first, NIP) || lacking(second, PIN)) say('Kode QR tidak terbaca lengkap. Lengkapi NIP dan PIN dari kartu peserta.', 'warn');
  else if (asksRoomPin && !roomPin.value) roomPin.focus();
  else tryEnter();
}

async function showHeld() {
  const held = await unfinished();
  $('held').hidden = !held.length;
  $('held').prepend(...held.map(({ sitting, name, unsent }) => h('div', { class: 'stack' },
    h('p', null, h('strong', null, name), unsent > 0 && ` · Belum terkirim: ${unsent}`),
    button('Lanjutkan ujian', () => location.assign(`/ujian/${sitting}`), 'btn primary wide'))));
}

// Until now it sent nothing: without this script it would only lead astray.
enter.type = 'submit';
setSending('');
$('room').hidden = !asksRoomPin;
$('app').hidden = !inAppBrowser();
$('host').textContent = location.host;
const show = $('show');
show.hidden = false;
show.addEventListener('click', () => {
  const hidden = show.textContent === 'Sembunyikan PIN';
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
addEventListener('pagehide', () => {
  nip.value = pin.value = roomPin.value = '';
});
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
addEventListener('hashchange', fromCard);
showHeld();
fromCard();
