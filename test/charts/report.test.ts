import { describe, expect, test } from 'vitest';
import { type ReportData, renderReport, themes } from '../../src/charts/index.js';
import { readStrictly } from './html-check.js';
import { full, layerStats, losses, reseed, saturation, smallest, updates } from './synthetic.js';

reseed();

const sectionsOf = (data: ReportData) =>
  readStrictly(renderReport(data))
    .elements.filter(({ tag }) => tag === 'section')
    .map(({ attributes }) => attributes.id);

describe('a report of everything, in the sizes of the lecture', () => {
  const data = full();
  const report = renderReport(data);
  const { elements, text } = readStrictly(report);

  test('has its sections in order, each named in the contents', () => {
    const order = [
      'loss',
      'loss-log',
      'initial',
      'batchnorm',
      'activations',
      'activation-gradients',
      'weight-gradients',
      'updates',
      'splits',
      'samples',
      'findings',
      'settings',
    ];
    expect(sectionsOf(data)).toEqual(order);
    const links = elements.filter(({ tag }) => tag === 'a').map(({ attributes }) => attributes.href);
    expect(links).toEqual(['#findings', ...order.map((id) => `#${id}`)]);
  });

  test('is the same text for the same data', () => expect(renderReport(structuredClone(data))).toBe(report));

  test('is below 2 MB', () => {
    expect(report.length).toBeGreaterThan(100_000);
    expect(new TextEncoder().encode(report).length).toBeLessThan(1_000_000);
  });

  test('needs no script and fetches nothing', () => {
    expect(
      elements.some(({ tag }) => ['script', 'link', 'img', 'iframe', 'object', 'image', 'use'].includes(tag)),
    ).toBe(false);
    expect(report).not.toMatch(/<script|@import|javascript:/i);
    expect(new Set(report.match(/\w+:\/\/[^"'\s)]*/g))).toEqual(new Set(['http://www.w3.org/2000/svg']));
    expect(report).not.toMatch(/url\((?!#)/);
    const policy = elements.find(({ attributes }) => attributes['http-equiv'] !== undefined);
    expect(policy?.attributes.content).toBe("default-src 'none'; style-src 'unsafe-inline'");
  });

  test('leaves every colour of its charts to the style, which has it for light and for dark', () => {
    const drawn = elements.flatMap(({ attributes: { fill, stroke } }) => [fill, stroke]).filter(Boolean);
    const other = drawn.filter((colour) => !/^(none|#000|var\(--[\w-]+\))$/.test(colour));
    expect(new Set(other)).toEqual(new Set());
    for (const name of new Set(drawn.join(' ').match(/--[\w-]+/g)))
      expect(report.split(`${name}:#`).length).toBe(3);
    expect(report).toContain(`--accent:${themes.dark.accent}`);
  });

  test('names every chart for those who do not see it', () => {
    const charts = elements.filter(({ tag }) => tag === 'svg');
    expect(charts.length).toBe(6 * 2 + 2 + 3);
    for (const { attributes } of charts) {
      expect(attributes.role).toBe('img');
      expect(attributes['aria-label'].length).toBeGreaterThan(20);
    }
  });

  test('says what was run', () => {
    for (const fact of [
      '47,024',
      '2147483647',
      data.names.sha256,
      data.fingerprint,
      'WebAssembly SIMD',
      '3,412 steps/s',
    ])
      expect(text).toContain(fact);
    expect(text).toContain('1 problem, 1 note');
  });

  test('finds nothing wrong with a healthy run', () => {
    const readings = elements.filter(({ attributes }) => attributes.class?.startsWith('reading '));
    expect(readings.length).toBeGreaterThan(8);
    expect(new Set(readings.map(({ attributes }) => attributes.class))).toEqual(new Set(['reading healthy']));
  });
});

test('the tables have each number under its name', () => {
  const layer = { ...layerStats('tanh 1', 1, 0.006), mean: -0.0001, std: 0.0062 };
  const report = renderReport({
    ...smallest(),
    lr: 0.1,
    activations: [{ ...layer, mean: -0.03, std: 0.61, saturated: 3.25, dead: 0 }],
    activationGradients: [layer],
    weightGradients: [{ ...layer, name: 'W', shape: [30, 100], gradDataRatio: 0.0488 }],
    updateToData: { steps: [0, 1], parameters: [{ name: 'W', layer: 1, kind: 'weight', log10: [-2, -2] }] },
    evaluation: { running: { train: 2.1, val: 2.2, test: 2.3 } },
    lossLog: [{ init: 'bn', train: 1, val: 2, torch: { train: 3, val: 4 }, lecture: { train: 5, val: 6 } }],
  });
  const cells = (row: string) =>
    [...row.matchAll(/<t[hd][^>]*>(?:<span[^>]*><\/span>)?([^<]*)/g)].map(([, text]) => text);
  const tables = [
    ...report.matchAll(/<thead>(?:.*<\/tr>)?<tr>(.*?)<\/tr><\/thead>\s*<tbody>\s*<tr>(.*?)<\/tr>/g),
  ];
  const read = tables.map(([, head, row]) => cells(head).map((name, i) => `${name} ${cells(row)[i]}`));
  expect(read).toEqual([
    ['init bn', 'train 1.0000', 'val 2.0000', 'train 3.0000', 'val 4.0000', 'train 5.0000', 'val 6.0000'],
    ['layer tanh 1', 'mean −0.030', 'std 0.610', 'saturated 3.25 %', 'dead units 0'],
    ['layer tanh 1', 'mean −1.0·10⁻⁴', 'std 6.20·10⁻³'],
    ['parameter W', 'grad:data 0.0488', 'std 6.20·10⁻³', 'mean −1.0·10⁻⁴', 'shape 30 × 100'],
    ['parameter W', 'log₁₀ update:data −2.00', 'learning rate for −3 0.01'],
    ['statistics running', 'train 2.1000', 'val 2.2000', 'test 2.3000'],
  ]);
});

describe('what is absent', () => {
  test('has no section', () => {
    expect(sectionsOf(smallest())).toEqual([]);
    expect(renderReport(smallest())).not.toMatch(/<svg|<h2|undefined|NaN/);
  });

  test.each([
    ['losses', 'loss'],
    ['lossLog', 'loss-log'],
    ['initial', 'initial'],
    ['widget', 'batchnorm'],
    ['activations', 'activations'],
    ['activationGradients', 'activation-gradients'],
    ['weightGradients', 'weight-gradients'],
    ['updateToData', 'updates'],
    ['evaluation', 'splits'],
    ['samples', 'samples'],
    ['findings', 'findings'],
    ['settings', 'settings'],
  ] as const)('%s alone make the section %s', (member, section) => {
    expect(sectionsOf({ ...smallest(), [member]: full()[member] })).toEqual([section]);
  });

  test('leaves no hole where only a part of a section is there', () => {
    const evaluation = { running: { train: 2.4, val: 2.5, test: 2.5 } };
    const report = renderReport({ ...full(), evaluation, activations: [layerStats('tanh 1', 1, 0.6)] });
    expect(readStrictly(report).text).not.toMatch(/undefined|NaN|calibrated<|saturated %/);
    expect(report).not.toContain('<th scope="row">calibrated');
    expect(report).not.toContain('dead units</th>');
  });
});

test('whatever the data hold is text and nothing else', () => {
  const nasty = `</title></style><script>alert(1)</script> "'&amp;<b>\u0000\u001b\ud800\uffff`;
  const replaceAll = (value: unknown): unknown => {
    if (typeof value === 'string')
      return ['weight', 'gain', 'bias', 'note', 'problem'].includes(value) ? value : nasty;
    if (Array.isArray(value)) return value.map(replaceAll);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceAll(inner)]));
  };
  const report = renderReport(replaceAll(full()) as ReportData);
  const { elements, text } = readStrictly(report);
  expect(elements.map(({ tag }) => tag)).toEqual(
    readStrictly(renderReport(full())).elements.map(({ tag }) => tag),
  );
  expect(report).not.toContain('<script');
  expect(text).toContain(
    '&#60;script&#62;alert(1)&#60;/script&#62; &#34;&#39;&#38;amp;&#60;b&#62;\ufffd\ufffd\ufffd\ufffd',
  );
});

describe('what is wrong is said', () => {
  const say = (data: Partial<ReportData>) => {
    const report = renderReport({ ...smallest(), ...data });
    return [...report.matchAll(/<p class="reading (\w+)"><b>[^<]*<\/b> ([^<]*)<\/p>/g)].map(
      ([, severity, text]) => `${severity}: ${text.replaceAll('\u00a0', ' ')}`,
    );
  };
  const layers = (stds: number[]) => stds.map((std, i) => layerStats(`tanh ${i + 1}`, i + 1, std));

  test('a first loss far above ln(vocabulary)', () => {
    expect(say({ losses: losses(1001, 27.88) })[0]).toMatch(
      /^warning: The first minibatch lost 27\.8800; knowing nothing would lose ln 27 = 3\.2958\. The 24\.58 nats/,
    );
    expect(say({ losses: losses(1001, 3.7) })[0]).toMatch(/^warning: /);
    expect(say({ losses: losses(1001, 3.3) })[0]).toMatch(/^healthy: /);
  });

  test('a run that learned nothing, or broke', () => {
    const flat = losses(1001).map(([step]): [number, number] => [step, 3.4]);
    expect(say({ losses: flat })[1]).toMatch(
      /^problem: Over the last 40 steps the mean was 3\.400 .* above ln 27/,
    );
    const broken = losses(1001).map(([step, loss]): [number, number] => [
      step,
      step > 900 ? Number.NaN : loss,
    ]);
    expect(say({ losses: broken })[1]).toBe('problem: At step 901 the loss stopped being a number.');
  });

  test('saturated and dead units before training', () => {
    const initial = (share: number, dead?: number, survey?: { examples: number; dead: number[] }) => {
      const state = full().initial;
      if (state === undefined) throw new Error('expected an initial state');
      return say({
        initial: { ...state, saturation: saturation(200, 32, share, dead), ...(survey && { survey }) },
      });
    };
    expect(initial(0.02)).toEqual([expect.stringMatching(/^healthy: [12]\.\d % of the 6,400/)]);
    expect(initial(0.3)[0]).toMatch(
      /^warning: (29|30|31)\.\d % of the 6,400 activations have \|h\| &#62; 0\.99/,
    );
    expect(initial(0.6)[0]).toMatch(/^problem: /);
    expect(initial(0.02, 17)[1]).toMatch(/^problem: Unit 17 is saturated in every one of the 32 examples/);
    const surveyed = (dead: number[]) => initial(0.02, undefined, { examples: 183_430, dead })[1];
    expect(surveyed([])).toMatch(/^healthy: None of the 200 units is dead: .*183,430 training examples pass/);
    expect(surveyed([3, 5])).toMatch(/^problem: 2 units \(3, 5\) are saturated in every one of the 183,430/);
  });

  test('layers that saturate, shrink or hardly bend', () => {
    const [first, second] = layers([0.6, 0.6]);
    expect(say({ activations: [first, { ...second, saturated: 30 }] })).toEqual([
      expect.stringMatching(/^warning: tanh 2 \(30\.0 %\) above the band of 20 %/),
    ]);
    expect(say({ activations: [first, { ...second, dead: 3 }] })[0]).toMatch(
      /^problem: .*3 of the units of tanh 2/,
    );
    const surveyed = { surveyed: 183_430, activations: [first, { ...second, dead: 0, deadInAll: 2 }] };
    expect(say(surveyed)[0]).toMatch(/^problem: .*183,430 examples of the split: 2 of the units of tanh 2\./);
    expect(renderReport({ ...smallest(), ...surveyed })).toContain('dead in all 183,430</th>');
    expect(say({ activations: layers([0.6, 0.45, 0.2]) })[0]).toMatch(
      /^warning: The spread falls from 0\.60 in tanh 1 to 0\.20/,
    );
    expect(say({ activations: layers([0.35, 0.3]) })[0]).toMatch(
      /^note: tanh 1 \(std 0\.35\) and tanh 2 \(std 0\.30\)/,
    );
  });

  test('gradients that vanish or grow', () => {
    expect(say({ activationGradients: layers([0.001, 0.002, 0.005]) })[0]).toMatch(
      /^warning: Gradients vanish .* factor of 5\.0/,
    );
    expect(say({ activationGradients: layers([0.1, 0.01, 0.001]) })[0]).toMatch(/^problem: Gradients grow/);
  });

  test('a tensor whose gradient is out of scale', () => {
    const weightGradients = layers([0.01, 0.01, 0.01]).map((layer, i) => ({
      ...layer,
      shape: [100, 100],
      gradDataRatio: i === 2 ? 0.9 : 0.05,
    }));
    expect(say({ weightGradients })[0]).toMatch(
      /^note: tanh 3 \(0\.9\): more than 3 times the usual ratio of 0\.05/,
    );
  });

  test('updates far from a thousandth, with the learning rate that mends it', () => {
    const at = (level: number) =>
      say({
        lr: 0.1,
        updateToData: { steps: Array.from({ length: 500 }, (_, i) => i), parameters: updates(500, level) },
      })[0];
    expect(at(-3)).toMatch(/^healthy: /);
    expect(at(-2.3)).toMatch(
      /^note: .* times the rule of thumb, .* A learning rate of about 0\.02 in place of 0\.1/,
    );
    expect(at(-1.5)).toMatch(/^warning: /);
    expect(at(-5)).toMatch(
      /^warning: .* the network learns slowly\. A learning rate of about 10 in place of 0\.1/,
    );
  });

  test('splits that part, statistics that disagree, a log that is not PyTorch’s', () => {
    const calibrated = { train: 2, val: 2.2, test: 2.2 };
    expect(say({ evaluation: { calibrated } })).toEqual([
      expect.stringMatching(/^note: Validation loss lies 0\.2000 above/),
    ]);
    const running = { train: 2, val: 2.3, test: 2.2 };
    expect(say({ evaluation: { calibrated, running } })[1]).toMatch(
      /^warning: .* differ by up to 0\.1000 nats/,
    );
    expect(say({ lossLog: [{ init: 'bn', train: 2, val: 2.1, torch: { train: 2.01, val: 2.1 } }] })).toEqual([
      'warning: The largest difference from PyTorch is 0.0100 nats.',
    ]);
  });
});
