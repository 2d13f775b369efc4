/** Puts a text on the clipboard; where that is not allowed, a prompt has it selected. Returns what can be said of it. */
export async function copyText(text: string, what: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied.';
  } catch {
    // Not allowed, or not a secure page.
    prompt(`Copy ${what}:`, text);
    return '';
  }
}
