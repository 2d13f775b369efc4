/** Gives the reader a file: from a blob, or from an address that holds it. */
export function save(content: Blob | string, name: string): void {
  const address = typeof content === 'string' ? content : URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  if (typeof content !== 'string') setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
