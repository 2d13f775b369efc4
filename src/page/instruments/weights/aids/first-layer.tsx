import { useComputed } from '@preact/signals';
import type { Snapshot } from 'lanewise/diagnostics';
import type { Session } from '../../../session/session.js';
import { Chart, type ChartProps } from '../../../view/chart.js';
import { fixed, percent, whole } from '../../../view/figures.js';
import { Table } from '../../../view/table.js';
import { activationLayers, saturatedWord } from '../../shared/activation-layers.js';
import { roomForLegend } from '../../shared/legend-room.js';

/** What the first linear layer gets, and what the second. */
interface Inputs {
  snapshot: Snapshot;
  first: string;
  second: string | undefined;
}

/** The first linear layer stands behind the flattened embeddings, the second behind the first activation. */
function inputsOf(snapshot: Snapshot): Inputs | undefined {
  const linear = snapshot.layers.findIndex(({ kind }) => kind === 'Linear');
  const first = snapshot.layers[linear - 1]?.place;
  const second = snapshot.layers.find(({ activation }) => activation !== undefined)?.place;
  return first === undefined ? undefined : { snapshot, first, second };
}

const describe: ChartProps<Inputs>['describe'] = (charts, { snapshot, first, second }, look) => {
  const layers = [first, second].flatMap((place, layer) => {
    const output = snapshot.layers.find((each) => each.place === place)?.output;
    if (output?.histogram === undefined || !Number.isFinite(output.std)) return [];
    const { mean, std, histogram } = output;
    const { edges, values } = histogram;
    const name = layer === 0 ? 'first' : 'second';
    return { name, layer, mean, std, histogram: { edges: Array.from(edges), values: Array.from(values) } };
  });
  return roomForLegend(charts.layerHistograms({ layers, quantity: 'input of a linear layer' }, look), 2);
};

/** The first layer's inputs are embeddings, not outputs of an activation: the run's own numbers. */
export function FirstLayer({ session }: { session: Session }) {
  const inputs = useComputed(() => {
    const snapshot = session.moment.value?.snapshot;
    return snapshot === undefined ? undefined : inputsOf(snapshot);
  });
  const run = session.main.value;
  const moment = session.moment.value;
  if (run === undefined || moment === undefined || inputs.value === undefined) return null;
  const { snapshot, first } = inputs.value;
  const layers = activationLayers(snapshot, session.threshold.value);
  const kind = layers[0]?.kind;
  const { vocabulary, settings } = run.info;
  const embedded = snapshot.layers.find(({ place }) => place === first)?.output;
  // What goes into the linear layer of each activation: the embeddings, then the outputs of the activation before.
  const inputStds = [embedded?.std, ...layers.map(({ output }) => output?.std)];
  return (
    <div class="aid">
      <p>
        Its inputs are embeddings, which begin as draws from a normal distribution of std 1,{' '}
        {whole(vocabulary.length)} × {whole(settings.embedding)} of them, that repeat with every character.{' '}
        {kind === undefined
          ? 'This network has no second layer.'
          : `All later layers get outputs of ${kind}, which are spread otherwise.`}{' '}
        {kind === 'Tanh' &&
          'They are smaller, so one gain for all layers gives the first one wider outputs, and a larger share that saturates, unless batch norm takes the width out again.'}
      </p>
      <Chart
        source={inputs}
        describe={describe}
        label="Distributions of what goes into the first and into the second linear layer"
        name="first-layer"
        height={220}
      />
      {layers.length > 0 && (
        <div class="scroll">
          <Table
            caption={<>This run at step {whole(moment.step)}.</>}
            heads={['activation', 'std into its linear layer', 'std into it', saturatedWord(layers[0].kind)]}
            rows={layers.map(({ name, input, saturated }, i) => ({
              head: name,
              cells: [fixed(inputStds[i], 3), fixed(input?.std, 3), percent(saturated)],
            }))}
          />
        </div>
      )}
      <p>
        To see it plainly, take the six-layer network without batch norm at step 0. The embedding has a
        gradient only for the characters of the batch, so its own line in the gradients of the weights has a
        peak at 0.
      </p>
    </div>
  );
}
