// A QR code that stands in the page itself: the policy lets no other picture in.
import { correction, generate, mode } from '../vendor/lean-qr/lean-qr.js';

const SVG = 'http://www.w3.org/2000/svg';
const QUIET = 4; // modules of white around it, without which phones do not find it

/** @param {string} text @param {string} label what it is, for who cannot see it */
export function qrCode(text, label) {
  // Plain bytes, as on printed cards: old phones know no other.
  const code = generate(text, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M, modes: [mode.ascii] });
  let dark = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) dark += `M${x} ${y}h1v1h-1z`;
  }
  const whole = code.size + 2 * QUIET;
  const svg = drawn('svg', { viewBox: `${-QUIET} ${-QUIET} ${whole} ${whole}`, class: 'qr', role: 'img',
    'aria-label': label, 'shape-rendering': 'crispEdges' });
  svg.append(drawn('path', { d: dark }));
  return svg;
}

/** @param {string} tag @param {Record<string, string>} attributes */
function drawn(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
