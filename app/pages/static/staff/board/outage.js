// One outage as a band: what, where, since when, how many; to the chief a proposal, two taps away.
import { call } from '../../core/api.js';
import { button, clear, h, time } from '../../kit/dom.js';
import { outcome } from './actwords.js';
import { whyNot } from './order.js';
import { count, roomWord, span } from './words.js';

/**
 * @import { Acted } from './types.js'
 * @typedef {{id: string, scope: {kind: 'room'|'unit'|'network'|'everybody', id: string, name: string},
 *   cause: 'network'|'server', from: number, to: number|null, hit: number, still_away: number,
 *   of: number, minutes: number, sittings: string[], credited: boolean, given: number,
 *   waiting: number}} Outage  times in ms since 1970, by the room's clock
 */

const LONG = 60000; // ms: everybody of an event
const MOST = 600;
const NAMED = 12;

// "01.10 WITA": the zone is said once.
const bare = (/** @type {number} */ ms) => time(ms).replace(/ \D+$/, '');

/** "Gangguan jaringan di Ruang 3" @param {Outage} outage */
export function title({ cause, scope }) {
  if (cause === 'server') return 'Gangguan di server kami';
  switch (scope.kind) {
    case 'room': return `Gangguan jaringan di ${roomWord(scope.name)}`;
    case 'unit': return `Gangguan jaringan di ${scope.name}`;
    case 'network': return `Gangguan pada jaringan ${scope.name}`;
    default: return 'Gangguan jaringan di banyak tempat';
  }
}

/** @param {Outage} outage @param {number} now */
export function story({ cause, from, to, hit, of, still_away: away }, now) {
  const when = to ? `${bare(from)}–${time(to)} (${span(to - from)})`
    : `Sejak ${time(from)} (${span(now - from)})`;
  if (cause === 'server') {
    return to ? `${when}. Waktu ${count(hit)} peserta sudah dikembalikan dengan sendirinya.`
      : `${when}. Jawaban ${count(hit)} peserta aman di perangkat mereka; waktunya dikembalikan dengan sendirinya.`;
  }
  const who = hit === of ? `semua ${count(of)} peserta` : `${count(hit)} dari ${count(of)} peserta`;
  const rest = !away ? 'Semua sudah kembali.' : away === hit ? 'Belum ada yang kembali.' : `${count(away)} belum kembali.`;
  return `${when}: ${who} yang sedang mengerjakan terputus bersamaan. ${rest}`;
}

/** @param {Outage} outage */
const tone = ({ cause, to, credited }) => (to && credited ? 'band ok' : cause === 'server' && to ? 'band' : 'band warn');

/** @param {string} event @param {Outage} first
 * @param {{chief: boolean, now: () => number, nameOf: (sitting: string) => string, changed: () => void}} board
 *   `changed`: time was given, so the news is old */
export function outageBand(event, first, { chief, now, nameOf, changed }) {
  let outage = first;
  let busy = false;
  let drawn = '';
  const heading = h('h2', { tabindex: -1 });
  const told = h('p');
  const credit = h('div', { class: 'outage-credit' });
  const said = h('p', { role: 'status', class: 'act-said' });
  const el = h('article', { class: 'band' }, heading, told, credit, said);

  /** @param {number} minutes */
  async function give(minutes) {
    if (busy) return;
    busy = true;
    el.setAttribute('aria-busy', 'true');
    said.textContent = 'Mengirim…';
    try {
      const path = `/staff/events/${encodeURIComponent(event)}/outages/${encodeURIComponent(outage.id)}/credit`;
      /** @type {Acted} */
      const reply = await call('POST', path, { minutes }, { timeoutMs: LONG, referrerPolicy: 'same-origin' });
      said.textContent = outcome('extend', reply, '', { minutes });
      if (!reply.failed) close();
      changed();
    } catch (error) {
      said.textContent = whyNot(error);
    }
    busy = false;
    el.removeAttribute('aria-busy');
  }

  function close() {
    const had = credit.contains(document.activeElement);
    drawn = '';
    clear(credit);
    draw();
    if (had) (credit.querySelector('button') || heading).focus({ preventScroll: true });
  }

  function open() {
    said.textContent = '';
    clear(credit).append(form());
    /** @type {HTMLElement} */ (credit.querySelector('input')).focus({ preventScroll: true });
  }

  function form() {
    const n = outage.waiting;
    const wrong = h('p', { class: 'error', id: `salah-${outage.id}`, hidden: true }, `Tulis 1 sampai ${MOST} menit.`);
    const field = h('input', { id: `menit-${outage.id}`, type: 'number', inputmode: 'numeric', min: 1, max: MOST,
      value: outage.given || outage.minutes, readonly: Boolean(outage.given), 'aria-describedby': wrong.id });
    const go = h('button', { type: 'submit', class: 'btn primary' });
    const minutes = () => (/^\d{1,3}$/.test(field.value) && Number(field.value) <= MOST ? Number(field.value) : 0);
    const word = () => { go.textContent = `Ganti ${minutes() || '…'} menit untuk ${count(n)} peserta`; };
    field.addEventListener('input', word);
    word();
    const names = outage.sittings.map(nameOf).filter(Boolean).slice(0, NAMED);
    const more = outage.hit - names.length;
    const rest = more > 0 ? [`${count(more)} peserta lain`] : [];
    return h('form', { class: 'stack', novalidate: true, onsubmit: (/** @type {Event} */ sent) => {
      sent.preventDefault();
      wrong.hidden = Boolean(minutes());
      field.setAttribute('aria-invalid', String(!wrong.hidden));
      if (wrong.hidden) give(minutes());
      else field.focus();
    } },
    h('p', null, `Yang terputus: ${[names.join(', '), ...rest].filter(Boolean).join(' dan ')}.`),
    !outage.to && h('p', null, 'Gangguan ini belum selesai, dan waktunya hanya dapat diganti satu kali. Sebaiknya tunggu sampai jaringan kembali.'),
    h('div', { class: 'field' },
      h('label', { for: field.id }, outage.given ? 'Menit, sama dengan yang lain' : 'Berapa menit diganti?'), wrong, field,
      !outage.given && h('p', { class: 'hint' }, `Usulan ${count(outage.minutes)} menit: yang paling lama terputus, dibulatkan ke atas.`)),
    h('div', { class: 'actions' }, go, button('Batal', close)));
  }

  function draw() {
    const { given, waiting, minutes, cause, to } = outage;
    const key = `${given} ${waiting} ${minutes} ${to}`;
    if (drawn === key || credit.querySelector('form')) return;
    drawn = key;
    const had = credit.contains(document.activeElement);
    clear(credit);
    if (given) credit.append(h('p', null, h('strong', null, `Sudah diganti ${count(given)} menit.`)));
    if (cause === 'network' && waiting) {
      const rest = given ? `Berikan juga kepada ${count(waiting)} peserta…` : `Ganti waktu, usulan ${count(minutes)} menit…`;
      if (chief) credit.append(h('div', { class: 'actions' }, button(rest, open, to ? 'btn primary' : 'btn')));
      else if (!given) credit.append(h('p', null, 'Ketua kegiatan dapat mengganti waktu mereka.'));
    }
    if (had) (credit.querySelector('button') || heading).focus({ preventScroll: true });
  }

  const band = {
    el,
    /** @param {Outage} next */
    update(next) {
      outage = next;
      el.className = tone(outage);
      heading.textContent = title(outage);
      const text = story(outage, now());
      if (told.textContent !== text) told.textContent = text;
      draw();
    },
    get sittings() { return outage.sittings; },
  };
  band.update(first);
  return band;
}
