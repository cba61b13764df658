/** What the board uses of it. `get`: whether a module is dark; outside it is not. */
export function generate(
  text: string,
  options?: { minCorrectionLevel?: number; maxCorrectionLevel?: number; modes?: Mode[] },
): { size: number; get(x: number, y: number): boolean };

interface Mode {
  readonly eci?: number[];
}

export const mode: { ascii: Mode };
export const correction: { L: 0; M: 1; Q: 2; H: 3 };
