// One item: its stem, its pictures, its answer. What stands here as chosen is in the journal.
import { button, h, heading } from '../kit/dom.js';
import { sizeButtons } from '../kit/size.js';
import { media } from '../items/media.js';
import { find, load } from '../items/registry.js';
/** @import { Place, View } from './exam.js' */
/** @import { Rendered } from '../items/registry.js' */

const NOT_KEPT = 'Jawaban ini belum tersimpan di perangkat. Pilih sekali lagi; bila tetap begini, panggil pengawas.';
const NOT_TAKEN = 'Jawaban ini tidak diterima server. Periksa, lalu jawab sekali lagi.';
const KEYS = 'Papan ketik: ← → pindah soal, ↑ ↓ pindah pilihan, 1–5 memilih, R ragu-ragu.';

/** @param {Place} place @returns {View} */
export function item({ sheet, foot, session, form, at, go }) {
  const asked = form.items[at];
  const section = form.sections.find((one) => one.id === asked.section);
  const held = () => session.answer(asked.id);
  const problem = h('p', { class: 'error', role: 'alert' });
  const body = h('div');
  /** @type {Rendered | null} */
  let answer = null;
  let fault = '';

  /** @param {() => Promise<unknown>} act */
  async function keep(act) {
    fault = '';
    await act().catch(() => {
      fault = NOT_KEPT;
    });
    update();
  }
  const change = (/** @type {unknown} */ value) => keep(() => session.choose(asked.id, value));
  const flip = () => keep(() => session.flag(asked.id, !held().flagged));

  /** @param {number} by */
  function step(by) {
    if (!form.items[at + by] && by > 0) go('review');
    else if (at + by >= 0) go('item', at + by);
  }

  const flag = h('input', {
    type: 'checkbox',
    onclick: (event) => {
      // Painted once it is kept, as every answer.
      event.preventDefault();
      setTimeout(flip);
    },
  });
  const flagRow = h('label', { class: 'option flag' }, flag, h('span', null, 'Ragu-ragu'));
  const wipe = button('Hapus jawaban', () => held().value !== null && change(null), 'btn quiet');
  const back = button('Sebelumnya', () => step(-1));
  back.setAttribute('aria-disabled', String(!at));
  const last = at === form.items.length - 1;

  sheet.append(
    h('div', { class: 'top' },
      h('div', null, heading(`Soal ${at + 1} dari ${form.items.length}`), section && h('p', { class: 'hint' }, section.title)),
      sizeButtons()),
    h('p', { id: 'stem', class: 'stem' }, asked.stem),
    ...(asked.type === 'hotspot' ? [] : media(session.id, asked)),
    body, problem,
    h('div', { class: 'actions' }, flagRow, wipe),
    h('p', { class: 'hint help' }, KEYS));
  foot.append(h('div', { class: 'actions' }, back,
    button('Daftar soal', () => go('grid'), 'btn tight'),
    button(last ? 'Periksa jawaban' : 'Berikutnya', () => step(1), 'btn primary')));

  function update() {
    const { value, flagged, saved } = held();
    if (answer) answer.paint(value);
    flag.checked = flagged;
    flagRow.classList.toggle('chosen', flagged);
    wipe.setAttribute('aria-disabled', String(value === null));
    const said = fault || (saved === 'refused' ? NOT_TAKEN : '');
    problem.hidden = !said;
    if (problem.textContent !== said) problem.textContent = said;
  }

  async function fill() {
    try {
      const render = find(asked.type) || (await load(asked.type));
      if (!body.isConnected) return;
      const { element } = (answer = render(asked, change, session.id));
      body.append(element);
      update();
    } catch {
      // Its module is not here yet.
      setTimeout(fill, 2000);
    }
  }
  fill();
  update();

  /** The arrows go along the options; among radio buttons the browser's own way is the best.
   * @param {boolean} down @param {EventTarget | null} from */
  function along(down, from) {
    const all = [...body.querySelectorAll('input')];
    const now = all.findIndex((one) => one === from);
    if (!all.length || (now >= 0 && all[now].type === 'radio')) return false;
    const next = now < 0 ? Math.max(0, all.findIndex((one) => one.checked)) : now + (down ? 1 : -1);
    all[(next + all.length) % all.length].focus();
    return true;
  }

  return {
    update,
    leave: () => answer && answer.flush && answer.flush(),
    key(key, { target }) {
      if (key === 'ArrowLeft') step(-1);
      else if (key === 'ArrowRight') step(1);
      else if (key === 'r' || key === 'R') flip();
      else if (/^[1-9]$/.test(key) && answer && answer.pick) answer.pick(Number(key) - 1);
      else return (key === 'ArrowDown' || key === 'ArrowUp') && along(key === 'ArrowDown', target);
      return true;
    },
  };
}
