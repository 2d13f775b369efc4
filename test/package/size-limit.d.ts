// What size-limit says of its own types is its configuration alone.
declare module 'size-limit' {
  /** A file plugin's checks; sizes in bytes. */
  export default function (
    plugins: object[],
    config: { checks: { files: string[]; gzip?: boolean }[] },
  ): Promise<{ size: number }[]>;
}

declare module '@size-limit/file' {
  const plugins: object[];
  export default plugins;
}
