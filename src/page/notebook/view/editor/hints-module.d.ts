/** What `.ci/hints.mjs` reads off the package's declarations, as JSON: see `Hints`. */
declare module 'virtual:hints' {
  const text: string;
  export default text;
}
