import { PATIENCE } from './patience.js';

/** What the tests ask of a browser, so that each is written once and runs in all of them. */
export interface TestBrowser {
  /** Opens an address, as somebody who was never here, and waits for the page to have its first run, or the notebook's cells. */
  visit(address: string, options?: VisitOptions): Promise<Visit>;
  close(): Promise<void>;
}

export interface VisitOptions {
  viewport?: { width: number; height: number };
}

export type Role = 'button' | 'link' | 'textbox' | 'combobox' | 'checkbox' | 'slider';

/** A page that is open. Controls are found by their role and their accessible name, as a screen reader finds them. */
export interface Visit {
  click(role: Role, name: string): Promise<void>;
  /** Gives a control the focus. */
  focus(role: Role, name: string): Promise<void>;
  /** A key, by its name as in `KeyboardEvent.key`. */
  press(key: string): Promise<void>;
  /** Types over what a text field has, and leaves it. */
  fill(name: string, text: string): Promise<void>;
  /** Calls a function in the page; it can use its argument and what the page has, nothing around it. */
  evaluate<A, R>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Runs a script as a debugger does, whatever the page's policy forbids. */
  inject(script: string): Promise<void>;
  /** Leaves the page and opens an address again, with what the browser has kept. */
  reopen(address: string): Promise<void>;
  /** Exceptions, and what was written to the console as an error or a warning. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** Asks again and again, until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + PATIENCE;
  do {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (Date.now() < end);
  throw new Error(`the page: waited ${PATIENCE} ms in vain for ${what}`);
}

declare global {
  interface Window {
    /** Set by `instrumentPage`. */
    lanewise: {
      /** What the content security policy forbade. */
      violations: string[];
      /** Files that the page gave the reader. */
      saved: { name: string; blob: Blob }[];
    };
  }
}

/** In the page: the step that is shown, as a number; null before there is a run. */
export function shownStep(): number | null {
  const text = document.querySelector('[data-testid=step]')?.textContent ?? '';
  return /^[\d,]+$/.test(text) ? Number(text.replaceAll(',', '')) : null;
}

/** In the page: whether there is something to do with it; null before. */
export function isReady(): true | null {
  const step = document.querySelector('[data-testid=step]')?.textContent ?? '';
  return /^[\d,]+$/.test(step) || document.getElementById('cell-1') !== null ? true : null;
}

/** In the page: opens what is folded in the column, and the instruments, as a reader does who looks for something. */
export function unfold(): void {
  for (const part of document.querySelectorAll<HTMLDetailsElement>('.column details.fold-out'))
    part.open = true;
  for (const part of document.querySelectorAll<HTMLElement>('.fold[aria-expanded=false]')) part.click();
}

/** Runs in the page before its own scripts: keeps hold of what it may not do and of the files that it saves. */
export function instrumentPage(): void {
  const kept: Window['lanewise'] = { violations: [], saved: [] };
  window.lanewise = kept;
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    kept.violations.push(`${violatedDirective}: ${blockedURI}`);
  });
  const blobs = new Map<string, Blob>();
  const { createObjectURL } = URL;
  URL.createObjectURL = (object) => {
    const address = createObjectURL(object);
    if (object instanceof Blob) blobs.set(address, object);
    return address;
  };
  const { click } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    const blob = blobs.get(this.href);
    if (blob === undefined) click.call(this);
    else kept.saved.push({ name: this.download, blob });
  };
}
