// An item that looks and answers like a real one; nothing of it leaves this page.
import { one } from '../items/choice.js';
import { button, h } from '../kit/dom.js';

const ITEM = {
  id: 'latihan',
  type: 'single',
  stem: 'Anda menerima pesan yang meminta kata sandi Anda. Apa yang sebaiknya dilakukan?',
  options: [
    { id: 'a', text: 'Membalas dengan kata sandi' },
    { id: 'b', text: 'Tidak membalas dan melaporkannya' },
    { id: 'c', text: 'Meneruskannya kepada rekan' },
  ],
};
const STATES = {
  device: ['Tersimpan di perangkat', 'Jawaban aman di perangkat dan sedang dikirim.'],
  stored: ['Tersimpan ✓', 'Jawaban sudah ada di server.'],
  unsent: ['Belum terkirim: 1', 'Jaringan putus. Teruslah menjawab; jawaban dikirim sendiri nanti.'],
};

/** @type {import('./ready.js').Draw} */
export function practice() {
  let timer = 0;
  let offline = false;
  const state = h('p');
  const meaning = h('p');
  const said = h('div', { role: 'status', class: 'card', hidden: true }, state, meaning);

  /** @param {'device' | 'stored' | 'unsent'} kind */
  function tell(kind) {
    said.hidden = false;
    state.className = `save-state ${kind}`;
    [state.textContent, meaning.textContent] = STATES[kind];
  }

  function save() {
    clearTimeout(timer);
    tell(offline ? 'unsent' : 'device');
    // Slower than a real one, so that it can be read.
    if (!offline) timer = window.setTimeout(() => tell('stored'), 1500);
  }

  const answer = one(ITEM, async (value) => {
    answer.paint(value);
    save();
  });
  const flag = h('input', { type: 'checkbox', onchange: () => {
    row.classList.toggle('chosen', flag.checked);
    save();
  } });
  const row = h('label', { class: 'option flag' }, flag, h('span', null, 'Ragu-ragu'));
  const cut = button('Coba tanpa jaringan', () => {
    offline = !offline;
    cut.textContent = offline ? 'Sambungkan lagi' : 'Coba tanpa jaringan';
    if (!said.hidden) save();
  });

  return {
    element: h('div', { class: 'stack' },
      h('h2', null, 'Soal latihan'),
      h('p', null, 'Cobalah: pilih, ganti, tandai ragu-ragu. Ini tidak dinilai dan tidak dikirim.'),
      h('p', { class: 'stem', id: 'stem' }, ITEM.stem),
      answer.element,
      said,
      h('div', { class: 'actions' }, row, cut)),
    leave: () => clearTimeout(timer),
  };
}
