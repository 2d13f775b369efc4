/** So many words of the system's randomness; of Math.random where there is no `crypto`. Seeds are no secrets. */
export function entropy(words: number): Uint32Array {
  const array = new Uint32Array(words);
  return typeof crypto === 'undefined'
    ? array.map(() => Math.random() * 0x100000000)
    : crypto.getRandomValues(array);
}
