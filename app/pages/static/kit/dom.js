// What every screen builds with. All text goes in as text: there is no way to markup from here.

/**
 * Make an element. A prop that is a function becomes a listener (`onclick`), `true` an empty
 * attribute; `false`, null and undefined are left out; all else is an attribute.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown> | null} [props]
 * @param {...(Node | string | number | false | null | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (typeof value === 'function') {
      made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value === true) {
      made.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, String(value));
    }
  }
  for (const child of children) {
    if (child !== false && child !== null && child !== undefined) {
      made.append(typeof child === 'number' ? String(child) : child);
    }
  }
  return made;
}

/**
 * Take everything out of an element.
 * @template {Element} E
 * @param {E} el
 * @returns {E}
 */
export function clear(el) {
  while (el.firstChild) el.firstChild.remove();
  return el;
}

/**
 * @param {string} text
 * @param {(event: MouseEvent) => void} onclick
 * @param {string} [cls] classes, "btn" unless told
 */
export function button(text, onclick, cls = 'btn') {
  return h('button', { type: 'button', class: cls, onclick }, text);
}

/** @type {HTMLElement[]} polite, assertive */
let voices = [];

/**
 * Say something to who listens rather than looks.
 * @param {string} text
 * @param {boolean} [assertive] interrupts; for what cannot wait
 */
export function announce(text, assertive = false) {
  const voice = listening()[assertive ? 1 : 0];
  // The same sentence twice is not heard twice unless the text changes.
  voice.textContent = voice.textContent === text ? `${text}\u00a0` : text;
}

/** The live regions; they must stand before they speak, so the entry calls this at once. */
export function listening() {
  if (!voices.length) {
    voices = ['polite', 'assertive'].map((how) => h('div', { class: 'vh', 'aria-live': how }));
    document.body.append(...voices);
  }
  return voices;
}

/**
 * The one heading of a screen; `arrive` moves the focus there.
 * @param {string} text
 */
export function heading(text) {
  return h('h1', { tabindex: '-1' }, text);
}

/**
 * A new screen, or a new step of one, stands in `root`: focus and title follow its h1.
 * @param {HTMLElement} root
 */
export function arrive(root) {
  const title = root.querySelector('h1');
  if (!title) return;
  document.title = `${title.textContent} · Serentak`;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/**
 * A span of time as a clock shows it: "12:34", from an hour on "1:02:34".
 * @param {number} ms counted up to whole seconds, so that 0:00 is the end and not before
 */
export function minutes(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3600);
  const mm = Math.floor(s / 60) % 60;
  return `${hours ? `${hours}:` : ''}${two(mm)}:${two(s % 60)}`;
}

/**
 * A moment on this device's clock face with its zone: "08.05 WITA"; with the day in front if asked.
 * @param {number} ms since 1970
 * @param {boolean} [day]
 */
export function time(ms, day = false) {
  const at = new Date(ms);
  const face = new Intl.DateTimeFormat('id', {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
  return day ? `${new Intl.DateTimeFormat('id', { dateStyle: 'long' }).format(at)}, ${face}` : face;
}
