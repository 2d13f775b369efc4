/** A program with all that it imports, as the text of a script; the build makes it. */
declare module '*?script' {
  const text: string;
  export default text;
}
