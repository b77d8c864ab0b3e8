/** What a test that draws at random draws by: another one each time, or the one that is to be seen again. */
export const seed: number = Number(process.env.HUNDREDFOLD_TEST_SEED ?? Date.now() % 2_147_483_648);

/** Numbers from 0 up to, not including, `below`. (mulberry32) */
export type Draw = (below: number) => number;

export function drawBy(from: number): Draw {
  let state = from >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
