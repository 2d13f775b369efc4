import { existsSync } from 'node:fs';
import { type Browser, type KeyInput, launch, type Page } from 'puppeteer-core';
import {
  instrumentPage,
  isReady,
  type Role,
  type TestBrowser,
  unfold,
  until,
  type Visit,
  type VisitOptions,
} from './driver.js';
import { PATIENCE } from './patience.js';

/** Set by the test command, which looks for one; empty where there is none. */
export const firefoxPath =
  process.env.LANEWISE_FIREFOX ?? ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync) ?? '';

/** With `calm`: for somebody who prefers reduced motion. */
export async function openFirefox({ calm = false } = {}): Promise<TestBrowser> {
  const browser = await launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    protocol: 'webDriverBiDi',
    headless: true,
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
    defaultViewport: null,
    args: ['--width=1280', '--height=900'],
    ...(calm && { extraPrefsFirefox: { 'ui.prefersReducedMotion': 1 } }),
  });
  return {
    visit: (address, options) => visit(browser, address, options),
    close: () => browser.close(),
  };
}

/** Firefox 140 reports this about its own code at times, while it is driven and before the page has loaded a script. */
const OWN = 'Permission denied to access property "length"';

// Puppeteer's own locators and waits make functions of text in the page, which its policy forbids.
async function visit(browser: Browser, address: string, { viewport }: VisitOptions = {}): Promise<Visit> {
  // What a page keeps stays in its context.
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  if (viewport !== undefined) await page.setViewport(viewport);
  page.setDefaultTimeout(PATIENCE);
  page.setDefaultNavigationTimeout(PATIENCE);
  await page.evaluateOnNewDocument(instrumentPage);
  const errors: string[] = [];
  page.on('pageerror', (error) => {
    if (!String(error).includes(OWN)) errors.push(String(error));
  });
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) errors.push(message.text());
  });
  await page.goto(address);
  await until('the page', () => page.evaluate(isReady));
  const point = async (role: Role, name: string) => {
    await page.evaluate(unfold);
    return until(`${role} ‘${name}’, enabled`, () => page.evaluate(pointAt, role, name));
  };
  return {
    errors,
    async click(role, name) {
      // What is drawn meanwhile may move the control away from under the pointer: once it has been hit, it is done.
      await until(`a click on ${role} ‘${name}’`, async () => {
        const { x, y } = await point(role, name);
        await page.evaluate(awaitClick);
        await page.mouse.click(x, y);
        return (await page.evaluate(wasClicked)) || null;
      });
    },
    async focus(role, name) {
      await point(role, name);
      await page.evaluate(focusControl);
    },
    press: (key) => page.keyboard.press(key as KeyInput),
    async fill(name, text) {
      await point('textbox', name);
      await page.evaluate(focusControl);
      await page.keyboard.down('Control');
      await page.keyboard.press('a');
      await page.keyboard.up('Control');
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    },
    evaluate: (work, argument) =>
      (page.evaluate as Page['evaluate'])(work as never, argument as never) as never,
    async inject(script) {
      await page.evaluate(script);
    },
    async reopen(address) {
      await page.goto('about:blank');
      await page.goto(address);
      await until('the page', () => page.evaluate(isReady));
    },
    close: () => context.close(),
  };
}

declare global {
  interface Window {
    /** The control that `pointAt` found last. */
    control: HTMLElement | undefined;
    clicked: boolean | undefined;
  }
}

/** Where to click a control; null while it is not there, disabled or covered. */
function pointAt(role: Role, name: string): { x: number; y: number } | null {
  const selector = {
    button: 'button',
    link: 'a[href]',
    textbox: 'input[type=text]',
    combobox: 'select',
    checkbox: 'input[type=checkbox]',
    slider: 'input[type=range]',
  }[role];
  const nameOf = (element: HTMLElement) => {
    const { labels } = element as HTMLInputElement;
    const [label] = labels ?? [];
    const text =
      element.getAttribute('aria-label') ?? (label?.querySelector('span') ?? label ?? element).textContent;
    return text?.trim().replace(/\s+/g, ' ');
  };
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((each) => nameOf(each) === name);
  if (found === undefined || found.matches(':disabled')) return null;
  found.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { x, y, width, height } = found.getBoundingClientRect();
  const centre = { x: x + width / 2, y: y + height / 2 };
  const top = document.elementFromPoint(centre.x, centre.y);
  if (top === null || !found.contains(top)) return null;
  window.control = found;
  return centre;
}

function awaitClick(): void {
  window.clicked = false;
  window.control?.addEventListener(
    'click',
    () => {
      window.clicked = true;
    },
    { once: true, capture: true },
  );
}

const wasClicked = (): boolean => window.clicked === true;

function focusControl(): void {
  window.control?.focus();
}
