// One order at a time: a second click is its first one's twin, and what failed keeps its name.
import { newAction } from './order.js';

const REST = 1200; // ms in which a second click is the first one's twin

export class Once {
  /** @param {HTMLElement} el is marked while an order is on its way */
  constructor(el) {
    this.el = el;
    this.action = '';
    // What it is the name of: the same order again, or another one.
    this.ordered = '';
    this.last = '';
    this.doneAt = -REST;
    this.busy = false;
  }

  /** Under a second click no other button comes to stand. */
  isResting() {
    return this.busy || performance.now() - this.doneAt < REST;
  }

  /** What comes next is another order, even if it reads the same. */
  another() {
    this.ordered = '';
  }

  /** Run an order under its name; `give` tells whether all of it came through, else it is tried
   * again under the same one. @param {string} what @param {(action: string) => Promise<boolean>} give */
  async order(what, give) {
    if (this.busy || (what === this.last && this.isResting())) return;
    this.busy = true;
    if (what !== this.ordered) this.action = newAction();
    this.ordered = what;
    this.el.setAttribute('aria-busy', 'true');
    try {
      if (await give(this.action)) {
        this.another();
        this.last = what;
        this.doneAt = performance.now();
      }
    } finally {
      this.busy = false;
      this.el.removeAttribute('aria-busy');
    }
  }
}
