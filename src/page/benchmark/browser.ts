/** What `navigator` says of browser and machine, for a person. */
export interface Described {
  browser: string;
  system: string;
  /** Logical processors. */
  threads: number;
}

interface Told {
  userAgent: string;
  hardwareConcurrency: number;
  userAgentData?: { brands: readonly { brand: string; version: string }[] };
}

/** In this order: later names are also in the user agents of earlier ones. */
const agents: readonly [string, RegExp][] = [
  ['Edge', /\bEdg(?:A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+(?:\.\d+)?).*\bSafari\//],
];

const systems: readonly [string, RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

export function describeBrowser({ userAgent, hardwareConcurrency, userAgentData }: Told): Described {
  return {
    browser: branded(userAgentData?.brands ?? []) ?? named(userAgent),
    system: systems.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'an unknown system',
    threads: hardwareConcurrency,
  };
}

/** Brands hold made-up ones, so that nobody relies on the list; Chromium stands beside the product that it is. */
function branded(brands: readonly { brand: string; version: string }[]): string | undefined {
  const real = brands.filter(({ brand }) => !/not.*brand/i.test(brand));
  const one = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  return one && `${one.brand} ${one.version}`;
}

function named(userAgent: string): string {
  for (const [name, pattern] of agents) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return 'an unknown browser';
}
