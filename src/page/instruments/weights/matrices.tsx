import { computed, type ReadonlySignal, useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { MatrixReport } from '../../engine/protocol.js';
import type { Selection } from '../../session/selection.js';
import type { RunView, Session } from '../../session/session.js';
import { HeldAxis } from '../shared/held-axis.js';
import type { Which } from '../shared/shown.js';
import { useMatrices, useSpectrum } from '../shared/use-matrices.js';
import { type Inputs, labelsOf, type MatrixLabels, matrixBefore, scaleOf } from './labels.js';
import { MatrixCanvas, type Pixels } from './matrix-canvas.js';
import { type Cell, CellText, MatrixView } from './matrix-view.js';
import { Spectrum } from './spectrum.js';

interface MatricesProps {
  session: Session;
  selection: Selection;
  which: Which;
  run: RunView;
  label: string | undefined;
}

/** Every weight matrix of a run as an image, and one of them closely, with its gradient and singular values. */
export function Matrices({ session, selection, which, run, label }: MatricesProps) {
  const place = useRef<HTMLDivElement>(null);
  const report = useMatrices({ session, which, place });
  const { id, settings, vocabulary } = run.info;
  const { layers, parameters } = run.frame.value.snapshot;
  // The same from frame to frame.
  const names = parameters.filter(({ shape }) => shape.length === 2).map(({ name }) => name);
  const inputs: Inputs = { layers, embedding: settings.embedding, vocabulary };
  const { place: selected } = selection.selected.value;
  // Without a choice, the first that is not the embedding.
  const chosen = matrixBefore(selected, names, layers) ?? Math.min(1, names.length - 1);
  const order = [chosen, ...names.keys()].filter((each, i, all) => all.indexOf(each) === i);
  const name = names[chosen];
  const labels = name === undefined ? undefined : labelsOf(name, inputs);
  return (
    <div class="matrices" ref={place}>
      {label !== undefined && <h3>{label}</h3>}
      <ul class="thumbnails" aria-label="Weight matrices">
        {order.map((i) => {
          const each = labelsOf(names[i], inputs);
          return (
            each && (
              <li key={names[i]}>
                <button
                  type="button"
                  aria-pressed={i === chosen}
                  onClick={() => selection.select({ place: each.place })}
                >
                  <Thumbnail report={report} run={id} name={names[i]} />
                  <span>{each.name}</span>
                </button>
              </li>
            )
          );
        })}
      </ul>
      {labels && name !== undefined && (
        <Closely key={`${id} ${name}`} {...{ session, selection, which, run, report, labels, name }} />
      )}
    </div>
  );
}

type Report = ReturnType<typeof useMatrices>;

const matrixIn = (report: Report, run: number, name: string): MatrixReport | undefined =>
  report.value?.run === run ? report.value.matrices.find((each) => each.name === name) : undefined;

/** The pixels of a matrix or of its gradient, on a scale that only grows. */
function usePixels(
  report: Report,
  run: number,
  name: string,
  what: 'data' | 'gradient',
): ReadonlySignal<Pixels | undefined> {
  return useMemo(() => {
    const held = new HeldAxis();
    return computed(() => {
      const matrix = matrixIn(report, run, name);
      const data = matrix?.[what];
      if (matrix === undefined || data === undefined) return undefined;
      const [rows, columns] = matrix.shape;
      return { data, rows, columns, most: held.holdTop(name, scaleOf(data)) };
    });
  }, [report, run, name, what]);
}

function Thumbnail({ report, run, name }: { report: Report; run: number; name: string }) {
  const pixels = usePixels(report, run, name, 'data');
  return <MatrixCanvas source={pixels} />;
}

interface CloselyProps extends Omit<MatricesProps, 'label'> {
  report: Report;
  labels: MatrixLabels;
  name: string;
}

function Closely({ session, selection, which, run, report, labels, name }: CloselyProps) {
  const place = useRef<HTMLDivElement>(null);
  const { id } = run.info;
  const weights = usePixels(report, id, name, 'data');
  const gradient = usePixels(report, id, name, 'gradient');
  const spectrum = useSpectrum({ session, which, place }, name).value;
  const pointed = useSignal<Cell | undefined>(undefined);
  const { place: selected, unit, token } = selection.selected.value;
  const chosen = {
    column: labels.activation !== undefined && selected === labels.activation ? unit : undefined,
    row: labels.characters ? token : undefined,
  };
  const choose = ([row, column]: Cell) => {
    if (labels.characters) selection.select({ place: labels.place, token: row });
    else if (labels.activation !== undefined) selection.select({ place: labels.activation, unit: column });
  };
  const common = { labels, pointed, chosen, onChoose: choose };
  const own = spectrum?.run === id && spectrum.name === name ? spectrum : undefined;
  const { step } = report.value ?? {};
  return (
    <div class="closely" ref={place}>
      <CellText cell={pointed.value} labels={labels} weights={weights.value} gradient={gradient.value} />
      <div class="halves">
        <section>
          <h3>Weights of {labels.name}</h3>
          <MatrixView source={weights} what="weights" {...common} />
          <Spectrum values={own?.values} what="weights" />
        </section>
        <section>
          <h3>Their gradient</h3>
          {gradient.value === undefined ? (
            <p class="empty">
              {step === undefined || step === run.frame.value.step
                ? 'No gradient yet: the first step makes them.'
                : 'Gradients are not kept: of an earlier step there are the weights alone.'}
            </p>
          ) : (
            <>
              <MatrixView source={gradient} what="gradient" {...common} />
              <Spectrum values={own?.gradient} what="gradient" />
            </>
          )}
        </section>
      </div>
    </div>
  );
}
