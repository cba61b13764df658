/** What the board uses of it. `get`: whether a module is dark; outside it is not. */
export function generate(
  text: string,
  options?: { minCorrectionLevel?: number },
): { size: number; get(x: number, y: number): boolean };

export const correction: { L: 0; M: 1; Q: 2; H: 3 };
