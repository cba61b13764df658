// The calm line at the foot of a panel: what came of the last act, and the way back from it.
import { h } from '../../kit/dom.js';

const LATER = 600; // ms: what comes to stand under a double click is not pressed by it

export class Told {
  constructor() {
    this.said = h('p', { role: 'status', class: 'act-said', tabindex: -1 });
    this.back = h('button', { type: 'button', class: 'btn', hidden: true }, 'Urungkan');
    this.el = h('div', { class: 'told quiet' }, this.said, this.back);
    this.timer = 0;
    this.undo = () => {};
    this.back.addEventListener('click', () => this.undo());
  }

  /** @param {string} text @param {'' | 'ok' | 'warn' | 'bad'} [kind] @param {(() => void) | null} [undo] */
  say(text, kind = '', undo = null) {
    clearTimeout(this.timer);
    if (this.back.contains(document.activeElement)) this.said.focus({ preventScroll: true });
    this.said.className = kind ? `act-said band ${kind}` : 'act-said';
    this.said.textContent = text;
    this.el.classList.toggle('quiet', !text);
    this.back.hidden = true;
    if (!undo) return;
    this.undo = undo;
    this.timer = window.setTimeout(() => { this.back.hidden = false; }, LATER);
  }
}
