// All items at a glance; what is empty or in doubt; and then the question, once.
import { arrive, button, clear, h, heading } from '../kit/dom.js';
/** @import { Place, View } from './exam.js' */

/** A cell for the nth item; `paint` gives it its state.
 * @param {Place} place @param {number} n */
function cellOf({ session, form, at, go }, n) {
  const cell = button(String(n + 1), () => go('item', n));
  if (n === at) cell.setAttribute('aria-current', 'true');
  return {
    cell,
    paint() {
      const { value, flagged } = session.answer(form.items[n].id);
      const has = value !== null;
      cell.className = `cell${has ? ' answered' : ''}${flagged ? ' flagged' : ''}${n === at ? ' current' : ''}`;
      cell.setAttribute('aria-label',
        `Soal ${n + 1}, ${flagged ? 'ragu-ragu, ' : ''}${has ? 'dijawab' : 'belum dijawab'}`);
      return has;
    },
  };
}

/** @param {Place} place @returns {View} */
export function grid(place) {
  const { sheet, foot, form, go } = place;
  const count = h('p');
  sheet.append(heading('Daftar soal'), count,
    h('p', { class: 'hint', 'aria-hidden': 'true' }, '✓ dijawab · ? ragu-ragu · – belum dijawab'));
  /** @type {Element | null} */
  let list = null;
  const cells = form.items.map((item, n) => {
    const one = cellOf(place, n);
    // Sections do not mix.
    if (!list || item.section !== form.items[n - 1].section) {
      const section = form.sections.find(({ id }) => id === item.section);
      list = h('ol', { class: 'grid', start: n + 1 });
      sheet.append(...(section ? [h('h2', null, section.title)] : []), list);
    }
    list.append(h('li', null, one.cell));
    return one;
  });
  foot.append(h('div', { class: 'actions' },
    button('Kembali ke soal', () => go('item')),
    button('Periksa jawaban', () => go('review'), 'btn primary')));

  function update() {
    const answered = cells.filter((one) => one.paint()).length;
    count.textContent = `Dijawab ${answered} dari ${cells.length} soal`;
  }
  update();
  return { update, key: (key) => key === 'Escape' && (go('item'), true) };
}

/** @param {Place} place @returns {View} */
export function review(place) {
  const { sheet, foot, session, form, go } = place;
  const total = form.items.length;

  const empty = () => numbers((one) => one.value === null);
  /** @param {(answer: {value: unknown, flagged: boolean}) => boolean} fits */
  const numbers = (fits) =>
    form.items.map((_, n) => n).filter((n) => fits(session.answer(form.items[n].id)));

  /** @param {string} title @param {number[]} which */
  function list(title, which) {
    if (!which.length) return;
    const cells = which.map((n) => cellOf(place, n));
    cells.forEach((one) => one.paint());
    sheet.append(h('h2', null, `${title}: ${which.length} soal`),
      h('ul', { class: 'grid' }, ...cells.map(({ cell }) => h('li', null, cell))));
  }

  function look() {
    const none = empty();
    const doubted = numbers((one) => one.flagged);
    clear(sheet).append(heading('Periksa jawaban'));
    if (!none.length) sheet.append(h('p', { class: 'band ok' }, `Semua ${total} soal sudah dijawab.`));
    list('Belum dijawab', none);
    list('Ragu-ragu', doubted);
    sheet.append(h('p', null, none.length || doubted.length
      ? 'Ketuk nomor untuk membuka soalnya. Sudah selesai? Kumpulkan.' : 'Sudah selesai? Kumpulkan.'));
    clear(foot).append(h('div', { class: 'actions' },
      button('Kembali ke soal', () => go('item')), button('Kumpulkan', ask, 'btn primary')));
  }

  function ask() {
    const none = empty().length;
    const problem = h('p', { class: 'error', role: 'alert', hidden: true });
    let busy = false;
    const yes = button('Ya, kumpulkan', async () => {
      if (busy) return;
      busy = problem.hidden = true;
      await session.submit().catch(({ detail }) => {
        problem.hidden = false;
        problem.textContent = detail || 'Belum dapat dikumpulkan. Coba sekali lagi; bila tetap begini, panggil pengawas.';
      });
      busy = false;
    }, 'btn primary');
    const left = none ? ` Belum dijawab: ${none} soal.` : '';
    clear(sheet).append(heading('Kumpulkan sekarang?'),
      h('p', none ? { class: 'band warn' } : null, `Dijawab ${total - none} dari ${total} soal.${left}`),
      h('p', null, 'Setelah dikumpulkan, jawaban tidak dapat diubah lagi.'), problem);
    clear(foot).append(h('div', { class: 'actions' }, button('Belum', () => {
      look();
      arrive(document.body);
    }), yes));
    arrive(document.body);
  }

  look();
  return { update() {}, key: (key) => key === 'Escape' && (go('item'), true) };
}
