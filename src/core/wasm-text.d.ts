/** A compiled module as `decodeBinary` reads it; the build puts it in. */
declare module '*.wasm?text' {
  const text: string;
  export default text;
}
